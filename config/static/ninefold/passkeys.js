// Beside allauth's own scripts for passkeys: offers them where the browser can, and says what went wrong.

const error = document.querySelector("[data-passkey-error]");

if (window.PublicKeyCredential) {
  for (const offer of document.querySelectorAll("[data-passkey]")) offer.hidden = false;
}

function say(text) {
  if (!error) return;
  error.textContent = text;
  error.hidden = !text;
}

// Whoever closes the browser's own window, or has no passkey here, gets the same exception.
document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  const isOffline = event.detail.exception instanceof TypeError || !navigator.onLine;
  say(isOffline ? error?.dataset.offline : error?.dataset.cancelled);
});

// What was said in the other form of the page goes along with this one.
for (const copy of document.querySelectorAll("[data-same-as]")) {
  const original = document.getElementById(copy.dataset.sameAs);
  original?.addEventListener("change", () => {
    copy.value = original.checked ? "on" : "";
  });
}
