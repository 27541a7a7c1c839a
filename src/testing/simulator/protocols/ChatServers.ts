/**
 * What companies that serve Chat Completions refuse of a conversation, beside or instead of OpenAI's rules.
 *
 * A server is recognized by the host of the request, or else by the name of its model.
 *
 * @see https://github.com/mistralai/mistral-common
 * @see https://docs.perplexity.ai/api-reference/chat-completions-post
 * @see https://api-docs.deepseek.com/guides/thinking_mode
 */
import * as Json from "../Json.ts"
import type { IncomingRequest, Problem } from "../WireProtocol.ts"

type Message = Json.JsonObject

type Check = (messages: ReadonlyArray<Message>, body: Json.JsonObject) => Problem | undefined

const invalid = (message: string, code?: string): Problem => ({ kind: "invalid-request", message, code })

const roleOf = (message: Message | undefined): string => Json.text(message?.["role"]) ?? ""

const callsOf = (message: Message): ReadonlyArray<Json.JsonObject> => Json.list(message["tool_calls"]).map(Json.object)

/** The roles that Mistral accepts after a role. */
const mistralOrder: Readonly<Record<string, ReadonlyArray<string>>> = {
  system: ["user", "assistant", "system"],
  user: ["assistant", "system", "user"],
  assistant: ["assistant", "user", "tool"],
  tool: ["assistant", "tool"]
}

const checkMistralOrder: Check = (messages) => {
  for (const [index, message] of messages.entries()) {
    const before = roleOf(messages[index - 1])
    if (index > 0 && mistralOrder[before]?.includes(roleOf(message)) !== true) {
      return invalid(`Unexpected role '${roleOf(message)}' after role '${before}'`, "3230")
    }
  }
  const last = messages.at(-1)
  return last === undefined || ["user", "tool"].includes(roleOf(last)) || last["prefix"] === true
    ? undefined
    : invalid(
      `Expected last role User or Tool (or Assistant with prefix True) for serving but got ${roleOf(last)}`,
      "3230"
    )
}

const checkMistralIds: Check = (messages) => {
  const ids = messages.flatMap((message) => [
    ...callsOf(message).map((call) => Json.text(call["id"])),
    ...(roleOf(message) === "tool" ? [Json.text(message["tool_call_id"])] : [])
  ])
  const bad = ids.find((id) => id !== undefined && !/^[a-zA-Z0-9]{9}$/.test(id))
  return bad === undefined
    ? undefined
    : invalid(`Tool call id was ${bad} but must be a-z, A-Z, 0-9, with a length of 9.`, "3280")
}

const checkAlternation: Check = (messages) => {
  const turns = messages.slice(messages.findIndex((message) => roleOf(message) !== "system"))
  const isWrong = turns.some((message, index) => roleOf(message) !== (index % 2 === 0 ? "user" : "assistant"))
  const systems = messages.filter((message) => roleOf(message) === "system").length
  return isWrong || systems > 1
    ? invalid(
      "After the (optional) system message(s), user or tool message(s) should alternate with assistant message(s)."
    )
    : undefined
}

const checkDeepSeekReasoning: Check = (messages, body) =>
  /^deepseek-(reasoner|r1)/.test(Json.text(body["model"]) ?? "") &&
    messages.some((message) => Json.isGiven(message["reasoning_content"]))
    ? invalid("The reasoning_content is an intermediate result for display purposes only.")
    : undefined

/** The rules of one company. */
interface Server {
  readonly host: RegExp
  readonly models: RegExp
  readonly checks: ReadonlyArray<Check>
}

const servers: ReadonlyArray<Server> = [
  {
    host: /(^|\.)mistral\.ai$/,
    models: /^(mistral|magistral|ministral|codestral|devstral|pixtral|open-mi)/,
    checks: [checkMistralOrder, checkMistralIds]
  },
  { host: /(^|\.)perplexity\.ai$/, models: /^sonar/, checks: [checkAlternation] },
  { host: /(^|\.)moonshot\.(ai|cn)$/, models: /^kimi-/, checks: [] },
  { host: /(^|\.)deepseek\.com$/, models: /^deepseek-/, checks: [checkDeepSeekReasoning] }
]

/** Returns the server that a request is for; `undefined` for OpenAI, and for all servers without rules of their own. */
export const find = ({ body, headers }: IncomingRequest): Server | undefined => {
  const host = (headers["host"] ?? "").replace(/:\d+$/, "")
  const model = Json.text(body["model"]) ?? ""
  return servers.find((server) => server.host.test(host)) ?? servers.find((server) => server.models.test(model))
}

/** The names of companies and programs that serve OpenAI's protocols more tolerantly, in hosts and in paths. */
const compatible =
  /vllm|ollama|llama|lmstudio|openrouter|together|deepinfra|huggingface|deepseek|moonshot|dashscope|qianwen|groq|mistral|perplexity|cerebras|fireworks|\bxai\b|\bx\.ai\b/

/** Fields that servers have beside those of OpenAI, by a name in their hosts and paths. */
const ownFields: Readonly<Record<string, ReadonlyArray<string>>> = {
  openrouter: ["models", "plugins", "provider", "reasoning", "route", "transforms", "usage"],
  minimax: ["reasoning_split"]
}

/**
 * Returns the fields that the server of a request, told by its host or the first part of its path, adds to OpenAI's.
 */
export const fieldsOf = ({ headers, path }: IncomingRequest): ReadonlyArray<string> => {
  const server = `${headers["host"] ?? ""} ${path.split("/")[1] ?? ""}`
  return Object.entries(ownFields).flatMap(([name, fields]) => (server.includes(name) ? fields : []))
}

/**
 * Returns whether a request is for a compatible server: by its host, by the first part of its path where the host is
 * the simulator's (`/vllm/v1/chat/completions`), or by its model. These accept an empty list of tools.
 */
export const isCompatible = (request: IncomingRequest): boolean =>
  compatible.test(request.headers["host"] ?? "") || compatible.test(request.path.split("/")[1] ?? "") ||
  find(request) !== undefined

/** Returns the first problem that the server of a request would report of its messages. */
export const check = (server: Server | undefined, body: Json.JsonObject): Problem | undefined => {
  const messages = Json.list(body["messages"]).map(Json.object)
  for (const rule of server?.checks ?? []) {
    const problem = rule(messages, body)
    if (problem !== undefined) return problem
  }
  return undefined
}
