/**
 * Pairs the tool calls of a prompt with their results, and reports or repairs what has no partner.
 */
import * as Prompt from "effect/ai/Prompt"
import type { Problems } from "./Problems.ts"

/** What a protocol accepts of tool calls and their results. */
export interface Rules {
  /** Where results are: before the next assistant message (`next`, the default), or anywhere after the call. */
  readonly results?: "next" | "anywhere" | undefined
  /** Whether the server has earlier messages, so that a result may come without its call. Default `false`. */
  readonly continues?: boolean | undefined
  /** Returns whether a call may be without a result so far. Default: none. */
  readonly isOpen?: ((call: Prompt.ToolCallPart) => boolean) | undefined
}

const notRun = "The tool was not run."

/** Shortens an id for a message. */
const shown = (id: string): string => JSON.stringify(id.length > 100 ? `${id.slice(0, 100)}…` : id)

const isResult = (part: Prompt.Part): part is Prompt.ToolResultPart =>
  part.type === "tool-result" && !part.providerExecuted

const isCall = (part: Prompt.Part): part is Prompt.ToolCallPart => part.type === "tool-call" && !part.providerExecuted

/**
 * Moves the results of tools out of an assistant message, behind the calls that they belong to. Every protocol has them
 * in messages of their own.
 */
const split = (message: Prompt.Message): ReadonlyArray<Prompt.Message> => {
  if (message.role !== "assistant" || !message.content.some(isResult)) return [message]
  const messages: Array<Prompt.Message> = []
  let content: Array<Prompt.AssistantMessagePart> = []
  let results: Array<Prompt.ToolResultPart> = []
  const end = (): void => {
    if (content.length > 0) messages.push(Prompt.assistantMessage({ content, options: message.options }))
    if (results.length > 0) messages.push(Prompt.toolMessage({ content: results }))
    content = []
    results = []
  }
  for (const part of message.content) {
    if (isResult(part)) results.push(part)
    else {
      const isWhole = content.filter(isCall).every(({ id }) => results.some((result) => result.id === id))
      if (results.length > 0 && isWhole) end()
      content.push(part)
    }
  }
  end()
  return messages
}

/** Goes through the messages of one prompt. */
class Pairing {
  readonly messages: Array<Prompt.Message> = []
  readonly #source: ReadonlyArray<Prompt.Message>
  readonly #rules: Rules
  readonly #repairs: boolean
  readonly #problems: Problems
  /** The calls without a result so far, and those that need none yet. */
  readonly #open = new Map<string, Prompt.ToolCallPart>()
  readonly #free = new Set<string>()
  /** The ids whose result was read, since the last call of that id. */
  readonly #closed = new Set<string>()
  /** Results that were moved to their calls. */
  readonly #moved = new Set<Prompt.ToolResultPart>()
  /** Messages that stand between calls and results. They follow the results. */
  #held: Array<Prompt.SystemMessage | Prompt.UserMessage> = []

  constructor(source: ReadonlyArray<Prompt.Message>, rules: Rules, repairs: boolean, problems: Problems) {
    this.#source = source
    this.#rules = rules
    this.#repairs = repairs
    this.#problems = problems
  }

  read(): void {
    for (const [at, message] of this.#source.entries()) {
      switch (message.role) {
        case "system":
        case "user":
          if (this.#open.size > 0 && this.#isStrict) this.#held.push(message)
          else this.messages.push(message)
          break
        case "assistant":
          this.#assistant(message, at)
          break
        case "tool":
          this.#tool(message)
          if (this.#open.size === 0) this.#release()
          break
      }
    }
    this.#close(this.#source.length)
  }

  get #isStrict(): boolean {
    return this.#rules.results !== "anywhere"
  }

  #assistant(message: Prompt.AssistantMessage, at: number): void {
    const last = this.messages.at(-1)
    // A step may be in several messages: its results follow the last of them.
    const joins = this.#isStrict && this.#open.size > 0 && last?.role === "assistant"
    if (this.#isStrict && !joins) this.#close(at)
    const dropped = message.content.filter(isCall).filter((call) => !this.#call(call))
    const kept = dropped.length === 0 ? message : Prompt.assistantMessage({
      content: message.content.filter((part) => !isCall(part) || !dropped.includes(part)),
      options: message.options
    })
    if (joins) {
      this.messages[this.messages.length - 1] = Prompt.assistantMessage({
        content: [...last.content, ...kept.content],
        options: { ...last.options, ...kept.options }
      })
    } else this.messages.push(kept)
  }

  /** Returns whether the call stays. */
  #call(call: Prompt.ToolCallPart): boolean {
    const { id } = call
    if (this.#open.has(id)) {
      this.#report(
        `two tool calls without a result have the id ${shown(id)}: give each its own`,
        `The second tool call with the id ${shown(id)} was left out, with its result.`
      )
      return false
    }
    this.#closed.delete(id)
    if (this.#rules.isOpen?.(call) === true) this.#free.add(id)
    else this.#open.set(id, call)
    return true
  }

  #tool(message: Prompt.ToolMessage): void {
    const content = message.content.filter((part) => !isResult(part) || this.#result(part))
    if (content.length === message.content.length) this.messages.push(message)
    else if (content.length > 0) this.messages.push(Prompt.toolMessage({ content, options: message.options }))
  }

  /** Returns whether the result stays. */
  #result(result: Prompt.ToolResultPart): boolean {
    const { id, name } = result
    if (this.#moved.has(result)) return false
    if (this.#open.delete(id) || this.#free.delete(id)) {
      this.#closed.add(id)
      return true
    }
    const isSecond = this.#closed.has(id)
    if (!isSecond && this.#rules.continues === true) {
      this.#closed.add(id)
      return true
    }
    this.#report(
      isSecond
        ? `the tool call ${shown(id)} of tool "${name}" has two results: keep one`
        : `the result ${shown(id)} of tool "${name}" has no tool call before it: add the call, or remove the result`,
      isSecond
        ? `The second result of the tool call ${shown(id)} was left out.`
        : `The result ${shown(id)} was left out, since there is no tool call of that id before it.`
    )
    return !this.#repairs
  }

  /** Reports the calls without a result, or adds the results. `at` is the number of the message that follows. */
  #close(at: number): void {
    const results = [...this.#open.values()].flatMap((call) => this.#missing(call, at))
    if (results.length > 0) this.messages.push(Prompt.toolMessage({ content: results }))
    for (const id of this.#open.keys()) this.#closed.add(id)
    this.#open.clear()
    this.#release()
  }

  #missing(call: Prompt.ToolCallPart, at: number): ReadonlyArray<Prompt.ToolResultPart> {
    const { id, name } = call
    const later = this.#later(id, at)
    if (later !== undefined) this.#moved.add(later)
    this.#report(
      later === undefined
        ? `the tool call ${shown(id)} of tool "${name}" has no result: add one after it`
        : `the result of the tool call ${
          shown(id)
        } of tool "${name}" comes too late: it must come before the next assistant message`,
      later === undefined
        ? `The tool call ${shown(id)} has no result: one was added that says that the tool was not run.`
        : `The result of the tool call ${shown(id)} was moved, since it must come before the next assistant message.`
    )
    if (!this.#repairs) return []
    return [
      later ?? Prompt.toolResultPart({ id, name, result: notRun, isFailure: true, providerExecuted: false })
    ]
  }

  /** Returns the result of a call that comes later than it may. */
  #later(id: string, at: number): Prompt.ToolResultPart | undefined {
    for (const message of this.#source.slice(at)) {
      if (message.role === "assistant" && message.content.some((part) => isCall(part) && part.id === id))
        return undefined
      if (message.role !== "tool") continue
      const found = message.content.find((part) => isResult(part) && part.id === id)
      if (found !== undefined && isResult(found)) return found
    }
    return undefined
  }

  #release(): void {
    this.messages.push(...this.#held)
    this.#held = []
  }

  #report(problem: string, repair: string): void {
    if (this.#repairs) this.#problems.warn("prompt", repair)
    else this.#problems.refuse("prompt", `${problem}, or set history to "repair"`)
  }
}

/**
 * Returns the messages with the results of tools in messages of their own, right after their calls: messages of system
 * and user between them come after the results. What has no partner is
 * a problem, or with `repairs` it is repaired, with a warning: a missing result is one that says that the tool was not
 * run, and a result without a call is left out.
 */
export const check = (
  messages: ReadonlyArray<Prompt.Message>,
  rules: Rules,
  repairs: boolean,
  problems: Problems
): ReadonlyArray<Prompt.Message> => {
  const pairing = new Pairing(messages.flatMap(split), rules, repairs, problems)
  pairing.read()
  return pairing.messages
}
