/**
 * Checks the earlier conversation of a request before it is encoded, the same way for every protocol.
 *
 * Each tool call has one result, which comes before the conversation goes on, and each result has its call: no provider
 * accepts anything else. A prompt that breaks this is an invalid request, or is repaired where the caller chose that.
 * Tools that a provider ran, and approvals, are not looked at. What another provider made for itself, such as its
 * signed reasoning, is left out.
 */
import type * as Prompt from "effect/ai/Prompt"
import type { CompletionRequest } from "../../domain/CompletionRequest.ts"
import type { ToolIdRule } from "../../domain/HistoryQuirks.ts"
import type { ProtocolName } from "../../domain/ProviderDefinition.ts"
import type { EncodeContext } from "./EncodeContext.ts"
import * as ForeignItems from "./ForeignItems.ts"
import { rulesFor } from "./ModelFit.ts"
import * as Prefill from "./Prefill.ts"
import type { Problems } from "./Problems.ts"
import * as SystemOptions from "./SystemOptions.ts"
import * as ToolCallIds from "./ToolCallIds.ts"
import * as ToolPairs from "./ToolPairs.ts"

/** What a protocol accepts of an earlier conversation. */
export interface Rules extends ToolPairs.Rules {
  readonly protocol: ProtocolName
  /** What the protocol accepts as the id of a tool call, unless a quirk says otherwise. */
  readonly toolIds: ToolIdRule
}

/**
 * Returns the messages of a request as the target accepts them.
 *
 * **Details**
 *
 * The results of tools are in messages of their own, after the calls; the ids of tool calls are what the server
 * accepts; and only items of this protocol and provider are left on the parts.
 */
export const read = (
  request: CompletionRequest,
  context: EncodeContext,
  problems: Problems,
  rules: Rules
): ReadonlyArray<Prompt.Message> => {
  const repairs = request.history === "repair"
  const known = rules.protocol === "anthropic-messages"
    ? request.prompt.content
    : SystemOptions.leaveOut(request.prompt.content, problems)
  const own = ForeignItems.leaveOut(known, request, rules.protocol, context, problems)
  const paired = ToolPairs.check(own, rules, repairs, problems)
  const refusesPrefill = context.quirks.prefill === "refused" || rulesFor(context).prefill === false
  const ended = refusesPrefill ? Prefill.refuse(paired, repairs, problems) : paired
  return ToolCallIds.rewrite(ended, context.quirks.toolIds ?? rules.toolIds)
}
