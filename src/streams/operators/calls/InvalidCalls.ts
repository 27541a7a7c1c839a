/**
 * Explains the arguments of a tool call that are not JSON, and repairs them where the options say so.
 */
import * as Prompt from "effect/ai/Prompt"
import * as Schema from "effect/Schema"
import type { InvalidToolCall } from "../../../domain/ResponseItem.ts"
import type { ArgumentsRepair, Failure, InvalidJson, Recovery } from "../../../domain/ToolCallState.ts"
import { isStorable } from "../../json/Json.ts"
import * as PartialJson from "../../json/PartialJson.ts"

/** What is done with arguments that cannot be used as they are. */
export type OnInvalidArguments = "fail" | "return" | "repair"

/** What the explanation depends on. */
export interface InvalidCallOptions {
  readonly maxBytes: number
  readonly maxDepth: number
  readonly onInvalidArguments: OnInvalidArguments
}

/** Why a call cannot be used, or its arguments after the repairs. */
export type Explained =
  | {
    readonly isRepaired: false
    readonly failure: Failure
    readonly recovery: Recovery
    readonly value: Schema.Json | undefined
  }
  | { readonly isRepaired: true; readonly value: Schema.Json; readonly repairs: ReadonlyArray<ArgumentsRepair> }

/** How long to wait before the same request is sent again: a model that wrote no JSON may write some at once. */
const millis = 0

/** Whether something thrown is the error of a parser. */
export const isPartialJsonError = Schema.is(PartialJson.PartialJsonError)

interface Parsed {
  readonly value: Schema.Json | undefined
  readonly repairs: ReadonlyArray<PartialJson.Repair>
  readonly error: PartialJson.PartialJsonError | undefined
}

const parse = (text: string, options: PartialJson.Options): Parsed => {
  const parser = PartialJson.make(options)
  const parsed = (error?: PartialJson.PartialJsonError): Parsed => ({
    value: parser.value,
    repairs: parser.repairs,
    error
  })
  try {
    parser.push(text)
    parser.end()
    return parsed()
  } catch (error) {
    if (!isPartialJsonError(error)) throw error
    return parsed(error)
  }
}

/** Returns what is wrong with arguments that are not those of a whole call. */
const problemOf = (item: InvalidToolCall, error: PartialJson.PartialJsonError | undefined): InvalidJson => {
  const at = (reason: InvalidJson["reason"], position: number, expected: string): InvalidJson => ({
    _tag: "InvalidJson",
    reason,
    position,
    expected
  })
  const { reason, position = 0, expected = "" } = error ?? {}
  if (reason === "syntax" || reason === "trailing" || reason === "unfinished") return at(reason, position, expected)
  // The text is JSON: the provider did not end the call, or a number is larger than any.
  return item.reason === "cut"
    ? at("unfinished", item.argumentsRaw.length, "the end of the tool call")
    : at("syntax", 0, "numbers that are finite")
}

/** Returns the arguments as far as they are whole; `undefined` where something else than their end is wrong. */
const repaired = (item: InvalidToolCall, lenient: Parsed): Explained | undefined => {
  const { error, repairs, value } = lenient
  const isTruncated = error === undefined ? item.reason === "cut" : error.reason === "unfinished"
  if (value === undefined || !isStorable(value) || (error !== undefined && !isTruncated)) return undefined
  const end: ReadonlyArray<ArgumentsRepair> = isTruncated
    ? [{ kind: "truncated", position: item.argumentsRaw.length }]
    : []
  const all = [...repairs, ...end]
  return all.length === 0 ? undefined : { isRepaired: true, value, repairs: all }
}

const correction = (name: string, { expected, position, reason }: InvalidJson): Prompt.Prompt =>
  Prompt.make(
    `The call of the tool ${JSON.stringify(name)} was not run: its arguments are not JSON (${reason} at position ` +
      `${position}: expected ${expected}). Call the tool again.`
  )

/** Explains a call with a name. `partial` is the value that its pieces had. */
export const explain = (
  item: InvalidToolCall,
  partial: Schema.Json | undefined,
  { maxBytes, maxDepth, onInvalidArguments }: InvalidCallOptions
): Explained => {
  const limits = { maxDepth, maxLength: maxBytes }
  const strict = parse(item.argumentsRaw, limits)
  const value = partial ?? strict.value
  const failed = (failure: Failure, recovery: Recovery): Explained => ({ isRepaired: false, failure, recovery, value })
  const keep: Recovery | undefined = value === undefined ? undefined : { _tag: "KeepPartial" }
  if (strict.error?.reason === "too-large") {
    return failed({ _tag: "ArgumentsTooLarge", limit: maxBytes }, keep ?? { _tag: "None" })
  }
  if (strict.error?.reason === "too-deep") {
    return failed({ _tag: "ArgumentsTooDeep", limit: maxDepth }, keep ?? { _tag: "None" })
  }
  const problem = problemOf(item, strict.error)
  if (onInvalidArguments === "return") {
    return failed(problem, { _tag: "ReturnToModel", prompt: correction(item.name, problem) })
  }
  const lenient = parse(item.argumentsRaw, { ...limits, lenient: true, hideUnfinishedStrings: true })
  const repair = repaired(item, lenient)
  if (onInvalidArguments === "repair" && repair !== undefined) return repair
  if (repair !== undefined && lenient.error === undefined && lenient.repairs.length > 0) {
    return failed(problem, { _tag: "LenientParse" })
  }
  return failed(problem, (problem.reason === "unfinished" ? keep : undefined) ?? { _tag: "RetryAfter", millis })
}
