/**
 * What companies that serve Chat Completions refuse of a conversation, beside or instead of OpenAI's rules.
 *
 * A server is recognized by the host of the request, or else by the name of its model.
 *
 * @see https://github.com/mistralai/mistral-common
 * @see https://docs.perplexity.ai/api-reference/chat-completions-post
 * @see https://platform.moonshot.ai/docs/guide/use-kimi-k2-thinking-model
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

const isThinking = (body: Json.JsonObject): boolean => Json.object(body["thinking"])["type"] !== "disabled"

const checkMoonshotReasoning: Check = (messages, body) => {
  if (!/^kimi-(k2\.[5-9]|k2-thinking|k[3-9])/.test(Json.text(body["model"]) ?? "") || !isThinking(body))
    return undefined
  const index = messages.findIndex((message) =>
    callsOf(message).length > 0 && Json.text(message["reasoning_content"]) === undefined
  )
  return index < 0
    ? undefined
    : invalid(`thinking is enabled but reasoning_content is missing in assistant tool call message at index ${index}`)
}

const checkDeepSeekReasoning: Check = (messages, body) => {
  const model = Json.text(body["model"]) ?? ""
  const isRefused = /^deepseek-(reasoner|r1)/.test(model)
  const isWanted = /^deepseek-(v[4-9]|flash|pro)/.test(model) && isThinking(body)
  const refused = messages.some((message) => isRefused && Json.isGiven(message["reasoning_content"]))
  const missing = messages.some((message) =>
    isWanted && callsOf(message).length > 0 && Json.text(message["reasoning_content"]) === undefined
  )
  if (refused) return invalid("The reasoning_content is an intermediate result for display purposes only.")
  return missing
    ? invalid("The `reasoning_content` in the thinking mode must be passed back to the API.")
    : undefined
}

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
  { host: /(^|\.)moonshot\.(ai|cn)$/, models: /^kimi-/, checks: [checkMoonshotReasoning] },
  { host: /(^|\.)deepseek\.com$/, models: /^deepseek-/, checks: [checkDeepSeekReasoning] }
]

/** Returns the server that a request is for; `undefined` for OpenAI, and for all servers without rules of their own. */
export const find = ({ body, headers }: IncomingRequest): Server | undefined => {
  const host = (headers["host"] ?? "").replace(/:\d+$/, "")
  const model = Json.text(body["model"]) ?? ""
  return servers.find((server) => server.host.test(host)) ?? servers.find((server) => server.models.test(model))
}

/** Returns the first problem that the server of a request would report of its messages. */
export const check = (server: Server | undefined, body: Json.JsonObject): Problem | undefined => {
  const messages = Json.list(body["messages"]).map(Json.object)
  for (const rule of server?.checks ?? []) {
    const problem = rule(messages, body)
    if (problem !== undefined) return problem
  }
  return undefined
}
