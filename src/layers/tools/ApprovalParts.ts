/**
 * Reads and writes the approvals of `effect/ai` in a conversation: a request is a part of the assistant message with
 * the tool call, and its response is a part of a tool message.
 */
import * as Prompt from "effect/ai/Prompt"
import type * as Schema from "effect/Schema"
import { keyOf, type LoopToolCall, type ToolLoopState } from "../../domain/ToolLoopState.ts"
import * as Transcript from "./Transcript.ts"

/** A conversation whose latest tool calls may be without results. */
export type Opened = Pick<ToolLoopState, "messages" | "calls" | "after">

const isApproval = (part: Prompt.Part): boolean =>
  part.type === "tool-approval-request" || part.type === "tool-approval-response"

const withoutApprovals = (message: Prompt.Message): ReadonlyArray<Prompt.Message> => {
  if (message.role !== "assistant" && message.role !== "tool") return [message]
  const content = message.content as ReadonlyArray<Prompt.Part>
  if (!content.some(isApproval)) return [message]
  const kept = content.filter((part) => !isApproval(part))
  if (kept.length === 0) return []
  return [
    message.role === "assistant"
      ? Prompt.assistantMessage({ content: kept as Prompt.AssistantMessage["content"], options: message.options })
      : Prompt.toolMessage({ content: kept as Prompt.ToolMessage["content"], options: message.options })
  ]
}

/** Returns the conversation without approvals: they are between the program and its user. */
const strip = (messages: ReadonlyArray<Prompt.Message>): Prompt.Prompt =>
  Prompt.fromMessages(messages.flatMap(withoutApprovals))

const responsesOf = (messages: ReadonlyArray<Prompt.Message>): ReadonlyMap<string, Prompt.ToolApprovalResponsePart> =>
  new Map(
    messages.flatMap((message) =>
      message.role !== "tool" ?
        [] :
        message.content.flatMap((part) =>
          part.type === "tool-approval-response" ? [[part.approvalId, part] as const] : []
        )
    )
  )

const resultsOf = (messages: ReadonlyArray<Prompt.Message>): ReadonlyMap<string, Prompt.ToolResultPart> =>
  new Map(
    messages.flatMap((message) =>
      message.role !== "tool" ?
        [] :
        message.content.flatMap((part) => part.type === "tool-result" ? [[part.id, part] as const] : [])
    )
  )

const finished = (
  call: LoopToolCall,
  { isFailure, modelOutput, result }: Pick<Prompt.ToolResultPart, "isFailure" | "modelOutput" | "result">
): LoopToolCall => ({
  ...call,
  status: "finished",
  result: result as Schema.Json,
  isFailure,
  ...(modelOutput === undefined ? {} : { modelOutput })
})

const decided = (
  call: LoopToolCall,
  response: Prompt.ToolApprovalResponsePart | undefined,
  isAbandoned: boolean
): LoopToolCall => {
  if (response?.approved === true) return { ...call, approval: "approved" }
  if (response === undefined && !isAbandoned) return { ...call, approval: "requested" }
  const denialReason = response === undefined ? "The conversation went on without a decision" : response.reason
  return { ...call, approval: "denied", ...(denialReason === undefined ? {} : { denialReason }) }
}

/**
 * Splits a conversation at the last tool calls that wait for an approval: these calls, with what was decided and what
 * has results already, and the messages before and after. A request that nobody decided before the conversation went on
 * is denied.
 */
export const open = ({ content }: Prompt.Prompt): Opened => {
  const at = content.findLastIndex(({ content, role }) =>
    role === "assistant" && content.some(({ type }) => type === "tool-approval-request")
  )
  const message = content[at]
  if (message?.role !== "assistant") return { messages: Prompt.fromMessages(content), calls: [] }
  let end = at + 1
  while (content[end]?.role === "tool") end++
  const results = resultsOf(content.slice(at + 1, end))
  const responses = responsesOf(content.slice(at + 1))
  const after = strip(content.slice(end))
  const calls = message.content.filter((part) => part.type === "tool-call" && !part.providerExecuted)
    .map((part, position): LoopToolCall => {
      const { id, name, params } = part as Prompt.ToolCallPart
      const call: LoopToolCall = { step: 0, position, id, name, arguments: params as Schema.Json, status: "pending" }
      const result = results.get(id)
      if (result !== undefined) return finished(call, result)
      const request = message.content.find((part) => part.type === "tool-approval-request" && part.toolCallId === id)
      return request?.type === "tool-approval-request"
        ? decided(call, responses.get(request.approvalId), after.content.length > 0)
        : finished(call, { result: "The tool was not run.", isFailure: true })
    })
  if (calls.every(({ status }) => status === "finished")) return { messages: strip(content), calls: [] }
  return {
    messages: strip(content.slice(0, at + 1)),
    calls,
    ...(after.content.length === 0 ? {} : { after })
  }
}

/** Returns the conversation with a request for each tool call that waits for an approval. */
export const close = ({ after, calls, loopId, messages }: ToolLoopState): Prompt.Prompt => {
  const requests = calls.filter(({ approval }) => approval === "requested").map((call) =>
    Prompt.toolApprovalRequestPart({ approvalId: keyOf(loopId, call), toolCallId: call.id })
  )
  return Prompt.fromMessages([
    ...messages.content.slice(0, -1),
    withRequests(messages.content.at(-1), requests),
    ...Transcript.results(calls.filter(({ result }) => result !== undefined)).content,
    ...after?.content ?? []
  ])
}

const withRequests = (
  message: Prompt.Message | undefined,
  requests: ReadonlyArray<Prompt.ToolApprovalRequestPart>
): Prompt.Message =>
  message?.role === "assistant"
    ? Prompt.assistantMessage({ content: [...message.content, ...requests], options: message.options })
    : Prompt.assistantMessage({ content: requests })
