// A request that waits for its answer, as Google's and Microsoft's do; refused ones are errors.

import { execFileSync } from "node:child_process";

export function ask(address, headers) {
  const told = Object.entries(headers).flatMap(([name, value]) => ["--header", `${name}: ${value}`]);
  const options = ["--silent", "--show-error", "--fail-with-body", ...told, address];
  return execFileSync("curl", options, { encoding: "utf8", maxBuffer: 2 ** 28 });
}
