// Creates, reads and changes what a program may, by the client that openapi-generator made.
// Prints what the server answered, for the test to compare with the database.
import {
  CellsApi,
  CommentsApi,
  CommitmentsApi,
  Configuration,
  CyclesApi,
  ResponseError,
  WebhooksApi,
} from "./index";

declare const process: { env: Record<string, string>; exitCode: number };

const { SITE, KEY, CYCLE: cycleId, TODAY, NAME } = process.env;
const districtSlug = "riverbend-unified";
const configuration = new Configuration({ basePath: SITE, accessToken: KEY });
const cells = new CellsApi(configuration);
const comments = new CommentsApi(configuration);
const commitments = new CommitmentsApi(configuration);
const cycles = new CyclesApi(configuration);
const webhooks = new WebhooksApi(configuration);

const versionOf = (answer: { raw: Response }) => answer.raw.headers.get("etag")!;

async function refusal(request: Promise<unknown>) {
  try {
    await request;
  } catch (error) {
    if (!(error instanceof ResponseError)) throw error;
    return [error.response.status, (await error.response.json()).code];
  }
  throw new Error("It was not refused.");
}

async function use() {
  await cycles.reopenCycle({
    districtSlug,
    cycleId,
    reopening: { reason: "One more question came up." },
  });

  const cellId = (await cells.listCells({ districtSlug, cycle: cycleId })).results[0].id;
  const change = {
    districtSlug,
    cellId,
    ifMatch: versionOf(await cells.readCellRaw({ districtSlug, cellId })),
    idempotencyKey: NAME,
    patchedCellChanges: {
      improvements: `Pair new teachers with a coach, says ${NAME}.`,
      opportunityLevel: 2 as const,
    },
  };
  const changed = await cells.changeCell(change);
  const again = await cells.changeCellRaw(change);
  if (again.raw.headers.get("idempotent-replayed") !== "true") throw new Error("Done twice");
  const conflict = await refusal(
    cells.changeCell({
      ...change,
      idempotencyKey: `${NAME}-2`,
      patchedCellChanges: { improvements: "Lost?" },
    }),
  );

  const decided = await commitments.makeCommitmentRaw({
    districtSlug,
    newCommitment: {
      cell: cellId,
      what: "Name a coach",
      who: "All of us",
      dueOn: new Date(`${TODAY}T12:00:00Z`),
    },
  });
  const commitmentId = (await decided.value()).id;
  await commitments.changeCommitment({
    districtSlug,
    commitmentId,
    ifMatch: versionOf(decided),
    patchedCommitmentChanges: { status: "done" },
  });
  const commitment = await commitments.readCommitment({ districtSlug, commitmentId });

  const written = await comments.writeCommentRaw({
    districtSlug,
    newComment: { cycle: cycleId, code: "team.beliefs", text: `Who is in it, asks ${NAME}?` },
  });
  const commentId = (await written.value()).id;
  await comments.resolveComment({
    districtSlug,
    commentId,
    ifMatch: versionOf(written),
    patchedCommentChanges: { isResolved: true },
  });
  const comment = await comments.readComment({ districtSlug, commentId });

  const before = await cycles.readCycleSubmissionRaw({ districtSlug, cycleId });
  const after = await cycles.submitCycle({
    districtSlug,
    cycleId,
    ifMatch: versionOf(before),
    submitting: { quoting: "unnamed" },
  });

  const hook = await webhooks.makeWebhookRaw({
    districtSlug,
    newWebhook: {
      url: `https://hooks.example.org/${NAME}`,
      eventTypes: ["cycle.submitted"],
    },
  });
  const { id: webhookId, secret } = await hook.value();
  if (!secret.startsWith("whsec_")) throw new Error("There is no secret");
  await webhooks.changeWebhook({
    districtSlug,
    webhookId,
    ifMatch: versionOf(hook),
    patchedWebhookChanges: { state: "paused" },
  });
  const webhook = await webhooks.readWebhookRaw({ districtSlug, webhookId });
  await webhooks.removeWebhook({ districtSlug, webhookId, ifMatch: versionOf(webhook) });

  return {
    cell: [changed.id, changed.improvements, changed.opportunityLevel],
    conflict,
    commitment: [commitment.id, commitment.status],
    comment: [comment.id, comment.resolvedAt !== null],
    submitted: [(await before.value()).status, after.status],
    webhook: [webhookId, (await webhook.value()).state],
  };
}

use().then(
  (said) => console.log(JSON.stringify(said)),
  async (error) => {
    console.error(error, error.response && (await error.response.text()));
    process.exitCode = 1;
  },
);
