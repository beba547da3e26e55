// Asking ingest: every wait has an end.

const MS_MAX = 15_000;

/** Why there is no answer; the message is for people. status: of the answer, 0 where there was none. */
export class Trouble extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

/** {data, next, status}: the JSON at a path, and the path of the page after it. Raises Trouble. */
export async function ask(path, { signal, token, method = "GET", ms = MS_MAX } = {}) {
  const limit = AbortSignal.timeout(ms);
  const headers = { Accept: "application/json", ...(token && { Authorization: `Bearer ${token}` }) };
  let response, data;
  try {
    response = await fetch(path, { method, headers, cache: "no-store", signal: signal ? AbortSignal.any([signal, limit]) : limit });
    data = await response.json();
  } catch (error) {
    if (signal?.aborted) throw error;
    if (limit.aborted) throw new Trouble(0, `There was no answer within ${ms / 1000} seconds.`);
    throw new Trouble(response?.status ?? 0, response ? "The answer cannot be read." : "Ingest cannot be reached. Start “make run” anew, or on a cluster “make port-forward”.");
  }
  if (!response.ok) throw new Trouble(response.status, data.detail ?? `Ingest answered ${response.status}.`);
  const next = /<([^>]+)>;\s*rel="next"/.exec(response.headers.get("Link") ?? "")?.[1] ?? null;
  return { data, next, status: response.status };
}
