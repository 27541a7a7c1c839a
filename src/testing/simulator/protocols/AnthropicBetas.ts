/**
 * What Anthropic refuses without its beta, by rows.
 *
 * @see https://platform.claude.com/docs/en/api/beta-headers
 */
import * as Json from "../Json.ts"

interface BetaRow {
  readonly beta: RegExp
  /** Returns the path in the body of what needs the beta; `undefined` where nothing does. */
  readonly find: (body: Json.JsonObject) => string | undefined
  readonly message: (path: string) => string
}

const extra = (path: string): string => `${path}: Extra inputs are not permitted`

const unknownTag = (tag: string) => (path: string): string =>
  `${path}: Input tag '${tag}' found using 'type' does not match any of the expected tags`

const field = (name: string) => (body: Json.JsonObject): string | undefined =>
  Json.isGiven(body[name]) ? name : undefined

const ofMessage = (name: string) => (body: Json.JsonObject): string | undefined => {
  const at = Json.list(body["messages"]).findIndex((message) => Json.isGiven(Json.object(message)[name]))
  return at < 0 ? undefined : `messages.${at}.${name}`
}

/** Returns the path of the first block of a type, in messages other than the user's. */
const block =
  (type: string, isMeant: (block: Json.JsonObject) => boolean = () => true) =>
  (body: Json.JsonObject): string | undefined => {
    for (const [at, message] of Json.list(body["messages"]).map(Json.object).entries()) {
      const inside = Json.list(message["content"]).map(Json.object).findIndex((entry) =>
        entry["type"] === type && isMeant(entry)
      )
      if (message["role"] !== "user" && inside >= 0) return `messages.${at}.content.${inside}`
    }
    return undefined
  }

const tool = (type: string, beta: RegExp): BetaRow => ({
  beta,
  find: ({ tools }) => {
    const at = Json.list(tools).findIndex((entry) => Json.object(entry)["type"] === type)
    return at < 0 ? undefined : `tools.${at}`
  },
  message: unknownTag(type)
})

const rows: ReadonlyArray<BetaRow> = [
  {
    beta: /\bserver-side-fallback-2026-07-01\b/,
    find: ({ fallbacks }) => typeof fallbacks === "string" ? "fallbacks" : undefined,
    message: extra
  },
  { beta: /\bserver-side-fallback-2026-0[67]-01\b/, find: field("fallbacks"), message: extra },
  { beta: /\bserver-side-fallback-2026-0[67]-01\b/, find: block("fallback"), message: unknownTag("fallback") },
  { beta: /\bmid-conversation-system-clear-at-2026-08-21\b/, find: ofMessage("clear_at"), message: extra },
  {
    // Claude Code names the second one.
    beta: /\b(mid-conversation-output-config|per-turn-control)-2026-07-01\b/,
    find: ofMessage("output_config"),
    message: extra
  },
  { beta: /\bcompact-2026-09-04\b/, find: field("compaction"), message: extra },
  {
    beta: /\bcompact-2026-09-04\b/,
    find: block("compaction", ({ signature }) => Json.isGiven(signature)),
    message: unknownTag("compaction")
  },
  {
    beta: /\bthinking-display-updates-2026-08-18\b/,
    find: ({ thinking }) => Json.object(thinking)["display"] === "updates" ? "thinking.adaptive.display" : undefined,
    message: (path) => `${path}: Input should be 'summarized' or 'omitted'`
  },
  {
    beta: /\btask-budgets-2026-03-13\b/,
    find: ({ output_config: config }) =>
      Json.isGiven(Json.object(config)["task_budget"]) ? "output_config.task_budget" : undefined,
    message: extra
  },
  tool("computer_20250124", /\bcomputer-use-2025-01-24\b/),
  tool("computer_20251124", /\bcomputer-use-2025-11-24\b/),
  tool("advisor_20260301", /\badvisor-tool-2026-03-01\b/)
]

/** Returns the message about the first part of a body whose beta a request does not name. */
export const check = (body: Json.JsonObject, betas: string): string | undefined => {
  for (const { beta, find, message } of rows) {
    const path = find(body)
    if (path !== undefined && !beta.test(betas)) return message(path)
  }
  return undefined
}

/** Returns whether a request asks for another model where this one declines, or sends back that one did. */
export const usesFallbacks = (body: Json.JsonObject, betas: string): boolean =>
  betas.includes("server-side-fallback") || field("fallbacks")(body) !== undefined ||
  block("fallback")(body) !== undefined
