/**
 * Refuses what the generations of Claude refuse, at Anthropic and at Amazon.
 *
 * @see https://platform.claude.com/docs/en/about-claude/models/migration-guide
 * @see https://platform.claude.com/docs/en/api/versioning
 */
import * as Json from "../Json.ts"

/** What of a request the rules are about. */
export interface ClaudeRequest {
  /** The model's name, as the request has it. */
  readonly model: string
  /** The version of the API, where it is dated. */
  readonly version?: string | undefined
  /** The sampling parameters that are set, by their names on the wire. */
  readonly sampling: ReadonlyArray<string>
  readonly thinking: Json.JsonObject
  /** Whether an effort is set. */
  readonly hasEffort: boolean
  /** Whether the tool choice requires a call. */
  readonly isForced: boolean
  /** Whether the last message is the assistant's own text. */
  readonly isPrefilled: boolean
  /** The lifetimes of the cache marks in the order of tools, system and messages. */
  readonly marks: ReadonlyArray<string>
  /** The messages; none for APIs that give them another form. */
  readonly messages?: ReadonlyArray<Json.JsonObject>
  /** The types of the provider's own tools. */
  readonly toolTypes?: ReadonlyArray<string>
}

const older = /claude-(3|instant|2)|claude-(opus|sonnet|haiku)-4(-[0-5])?([-@:]|$)(?![6-9])/
const noSampling = /claude-((opus|sonnet)-4-[7-9]|(opus|sonnet|fable|mythos)-[5-9]|haiku-5-5)/
const noPrefill = /claude-((opus|sonnet)-4-[6-9]|(opus|sonnet|fable|mythos)-[5-9]|haiku-5-5)/
const noBudget = /claude-(opus-4-[7-9]|(opus|sonnet|fable|mythos)-[5-9]|haiku-5-5)/
const alwaysThinks = /claude-((fable|mythos)-5-[1-9]|opus-5-5|sonnet-5-5)/

const noOldComputer = /claude-(opus|sonnet|haiku)-5-5/
const systemMessages = /claude-(opus-(4-8|5)|fable|mythos|sonnet-5-5|haiku-5-5)/
const takesEffort = /claude-(opus-5|(fable|mythos)-5-[1-9]|sonnet-5-5|haiku-5-5)/

/** Returns whether the new version of the API holds. */
const isNew = ({ version = "" }: ClaudeRequest): boolean => /^\d{4}-/.test(version) && version >= "2026-10-21"

/** Returns the path of the first block of a role's messages that a test finds. */
const blockOf = (
  { messages = [] }: ClaudeRequest,
  role: string,
  test: (block: Json.JsonObject) => boolean
): string | undefined => {
  for (const [at, message] of messages.entries()) {
    const inside = message["role"] === role ? Json.list(message["content"]).map(Json.object).findIndex(test) : -1
    if (inside >= 0) return `messages.${at}.content.${inside}`
  }
  return undefined
}

const assistantDocument = (request: ClaudeRequest): string | undefined =>
  isNew(request) ? blockOf(request, "assistant", ({ type }) => type === "document") : undefined

const userCitations = (request: ClaudeRequest): string | undefined =>
  isNew(request)
    ? blockOf(request, "user", ({ citations, type }) => type === "text" && Json.list(citations).length > 0)
    : undefined

interface Rule {
  readonly refuses: (request: ClaudeRequest) => boolean
  readonly message: (request: ClaudeRequest) => string
}

const rules: ReadonlyArray<Rule> = [
  {
    refuses: (request) => request.sampling.length > 0 && (noSampling.test(request.model) || isNew(request)),
    message: ({ sampling }) => `\`${sampling[0]}\` is not supported for this model.`
  },
  {
    refuses: ({ hasEffort, model }) => hasEffort && older.test(model),
    message: () => "This model does not support the effort parameter."
  },
  {
    refuses: ({ model, thinking }) => thinking["type"] === "adaptive" && older.test(model),
    message: () => "adaptive thinking is not supported on this model"
  },
  {
    refuses: ({ model, thinking }) => thinking["type"] === "enabled" && noBudget.test(model),
    message: () =>
      "\"thinking.type.enabled\" is not supported for this model. Use \"thinking.type.adaptive\" and \"output_config.effort\" to control thinking behavior."
  },
  {
    refuses: ({ model, thinking }) => thinking["type"] === "disabled" && alwaysThinks.test(model),
    message: () => "\"thinking.type.disabled\" is not supported for this model."
  },
  {
    refuses: ({ isForced, model }) => isForced && alwaysThinks.test(model),
    message: () => "tool_choice: only 'auto' and 'none' are supported for this model."
  },
  {
    refuses: ({ isForced, thinking }) =>
      isForced && (thinking["type"] === "enabled" || thinking["type"] === "adaptive"),
    message: () => "Thinking may not be enabled when tool_choice forces tool use."
  },
  {
    refuses: ({ isPrefilled, model }) => isPrefilled && noPrefill.test(model),
    message: () =>
      "This model does not support assistant message prefill. The conversation must end with a user message."
  },
  {
    refuses: (request) => assistantDocument(request) !== undefined,
    message: (request) => `${assistantDocument(request)}: document blocks are not allowed in assistant messages.`
  },
  {
    refuses: (request) => userCitations(request) !== undefined,
    message: (request) => `${userCitations(request)}.citations: citations are not allowed in user messages.`
  },
  {
    // Amazon's own server still takes it.
    refuses: ({ model, toolTypes = [], version = "" }) =>
      noOldComputer.test(model) && !version.startsWith("bedrock") && toolTypes.includes("computer_20251124"),
    message: ({ model }) => `'${model}' does not support tool types: computer_20251124.`
  },
  {
    refuses: ({ messages = [], model }) =>
      !takesEffort.test(model) && messages.some((message) => Json.isGiven(message["output_config"])),
    message: () => "This model does not support the effort of a message."
  },
  {
    refuses: ({ marks }) => marks.length > 4,
    message: ({ marks }) => `A maximum of 4 blocks with cache_control may be provided. Found ${marks.length}.`
  },
  {
    refuses: ({ marks }) => marks.some((ttl, at) => ttl === "1h" && marks.slice(0, at).includes("5m")),
    message: () =>
      "a ttl='1h' cache_control block must not come after a ttl='5m' cache_control block. Note that blocks are processed in the following order: `tools`, `system`, `messages`."
  }
]

/** Returns the message of the first rule that refuses a request. */
export const check = (request: ClaudeRequest): string | undefined =>
  rules.find(({ refuses }) => refuses(request))?.message(request)

/** Returns what is wrong with a system message inside the conversation by its model; `undefined` where it takes one. */
export const checkSystemRole = (model: string): string | undefined => {
  if (systemMessages.test(model)) return undefined
  return model.includes("claude")
    ? "role 'system' is not supported on this model"
    // Claude Code reads this sentence, and sends the text as a user's message instead.
    : "messages: Unexpected role \"system\". The Messages API accepts a top-level `system` parameter, not \"system\" as " +
      "an input message role."
}

/** Collects the lifetimes of marks in blocks, at any depth, in order. */
export const marksIn = (value: Json.Json | undefined, field: "cache_control" | "cachePoint"): ReadonlyArray<string> => {
  if (Json.isArray(value)) return value.flatMap((entry) => marksIn(entry, field))
  if (!Json.isObject(value)) return []
  const inside = marksIn(value["content"], field)
  return Json.isObject(value[field]) ? [...inside, Json.text(value[field]["ttl"]) ?? "5m"] : inside
}

/** Returns whether the last of some messages is text of the assistant. */
export const isPrefilled = (messages: Json.Json | undefined): boolean => {
  const last = Json.object(Json.list(messages).at(-1))
  const { content } = last
  return last["role"] === "assistant" &&
    (typeof content === "string" || Json.text(Json.object(Json.list(content).at(-1))["text"]) !== undefined)
}
