// Asking the API: every wait has an end, every retry a last one.

const MS_MAX = 10_000;
const RETRIES_MAX = 2;
const RETRY_MS_MAX = 3_000;

/** Why there is no answer. kind: "away", "slow", "service", "refused" or "none"; the message is for people. */
export class Trouble extends Error {
  constructor(kind, message) {
    super(message);
    this.kind = kind;
  }
}

/** {data, next, age}: the JSON at a path, the path of the page after it, its age in seconds where it may be behind. */
export async function get(path, signal) {
  for (let tries = 0; ; tries++) {
    const response = await fetched(path, signal);
    if (response.ok) return taken(response);
    if (response.status !== 503 || tries === RETRIES_MAX) throw await refused(response);
    await pause(Math.min(1000 * (Number(response.headers.get("Retry-After")) || 1), RETRY_MS_MAX), signal);
  }
}

async function fetched(path, signal) {
  const limit = AbortSignal.timeout(MS_MAX);
  try {
    // Asked for anew each time, by the ETag: a cache may keep an answer for some seconds, too long for who was
    // just told that there is something new.
    return await fetch(path, {
      cache: "no-cache",
      signal: signal ? AbortSignal.any([signal, limit]) : limit,
      headers: { Accept: "application/json" },
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    if (limit.aborted) throw new Trouble("slow", `No answer within ${MS_MAX / 1000} seconds.`);
    throw new Trouble("away", navigator.onLine ? "The service cannot be reached." : "This device is offline.");
  }
}

async function taken(response) {
  let data;
  try {
    data = await response.json();
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Trouble("away", "The answer broke off.");
  }
  const next = /<([^>]+)>;\s*rel="next"/.exec(response.headers.get("Link") ?? "")?.[1] ?? null;
  const age = response.headers.has("Warning") ? Number(response.headers.get("Age")) : null;
  return { data, next, age };
}

async function refused(response) {
  const problem = await response.json().catch(() => ({}));
  const kind = response.status === 404 ? "none" : response.status < 500 ? "refused" : "service";
  return new Trouble(kind, problem.detail ?? `The service answered ${response.status}.`);
}

function pause(ms, signal) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal?.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(signal.reason);
    }, { once: true });
  });
}
