// A quiet timer: minutes for one cell. It makes no sound, moves nothing, and speaks once, at the
// end. It outlives reloading: what it shows is reckoned from the moment at which it will be over.

const USUAL = "ninefold/timer-minutes";
const timer = document.querySelector("[data-timer]");
if (timer) begin(timer);

function begin(root) {
  const key = `ninefold/timer/${root.dataset.timer}`;
  // How long a cell takes is decided once for all nine.
  const usual = localStorage.getItem(USUAL);
  const left = root.querySelector(".timer-left");
  const minutes = root.querySelector("input");
  const turn = root.querySelector("[data-turn]");
  const over = root.querySelector("[data-over]");
  if (usual) minutes.value = usual;
  const fresh = () => ({ minutes: Number(minutes.value) || 5, rest: null, endsAt: null });
  let now = JSON.parse(sessionStorage.getItem(key)) ?? fresh();

  const rest = () => {
    if (now.endsAt) return Math.max(0, now.endsAt - Date.now());
    return now.rest ?? now.minutes * 60_000;
  };

  function draw() {
    const seconds = Math.ceil(rest() / 1000);
    const isOver = seconds === 0;
    left.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    root.classList.toggle("over", isOver);
    turn.textContent = turn.dataset[now.endsAt && !isOver ? "pause" : "start"];
    turn.disabled = isOver;
    if (isOver && now.endsAt) {
      if (!now.isSaid) over.textContent = over.dataset.over;
      become({ ...now, endsAt: null, rest: 0, isSaid: true });
    }
  }

  function become(next) {
    now = next;
    sessionStorage.setItem(key, JSON.stringify(now));
    draw();
  }

  turn.addEventListener("click", () => {
    if (now.endsAt) become({ ...now, rest: rest(), endsAt: null });
    else become({ ...now, endsAt: Date.now() + rest(), rest: null });
  });
  root.querySelector("[data-reset]").addEventListener("click", () => {
    over.textContent = "";
    become(fresh());
  });
  minutes.addEventListener("change", () => {
    minutes.value = Math.min(60, Math.max(1, Math.round(Number(minutes.value)) || 5));
    localStorage.setItem(USUAL, minutes.value);
    over.textContent = "";
    become(fresh());
  });

  minutes.value = now.minutes;
  root.hidden = false;
  draw();
  setInterval(draw, 500);
}
