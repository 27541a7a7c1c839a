/**
 * Rewrites the ids of a prompt's tool calls to what a server accepts. A prompt may hold ids of other providers.
 *
 * An id that fits is kept byte for byte, unless an earlier tool call of the prompt has it. Any other becomes the same
 * id in every request, and no two tool calls become the same. The ids are rewritten in the prompt, before it is
 * encoded, so that a call and its result agree in every protocol.
 *
 * Nothing is mapped back: of all responses only Cohere's citations name a tool call of the prompt, and Cohere accepts
 * every id.
 */
import * as Prompt from "effect/ai/Prompt"
import type { ToolIdRule } from "../../domain/HistoryQuirks.ts"

/** What a server accepts, and the length of the ids that are made for it, of letters and digits. */
interface Rule {
  readonly fits: RegExp
  readonly length: number
}

/**
 * @see https://platform.openai.com/docs/api-reference/responses/create
 * @see https://docs.anthropic.com/en/api/messages
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ToolUseBlock.html
 * @see https://docs.mistral.ai/capabilities/function_calling/
 */
const rules: Readonly<Record<ToolIdRule, Rule>> = {
  any: { fits: /[^]/, length: 24 },
  "at-most-64": { fits: /^[^]{1,64}$/, length: 24 },
  word: { fits: /^[a-zA-Z0-9_-]+$/, length: 24 },
  "word-64": { fits: /^[a-zA-Z0-9_-]{1,64}$/, length: 24 },
  "nine-letters": { fits: /^[a-zA-Z0-9]{9}$/, length: 9 }
}

const alphabet = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

/** Returns letters and digits that depend only on a text. */
const derived = (text: string, length: number): string => {
  let id = ""
  for (let round = 0; id.length < length; round++) {
    // FNV-1a
    let hash = 0x811c9dc5 ^ round
    for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
    let rest = hash >>> 0
    for (let digit = 0; digit < 5; digit++, rest = Math.floor(rest / alphabet.length)) {
      id += alphabet[rest % alphabet.length]
    }
  }
  return id.slice(0, length)
}

type OwnPart = Prompt.ToolCallPart | Prompt.ToolResultPart

/** Returns whether a part is a call of one of the caller's tools, or its result. */
const isOwn = (part: Prompt.Part): part is OwnPart =>
  (part.type === "tool-call" || part.type === "tool-result") && !part.providerExecuted

const ownParts = (message: Prompt.Message): ReadonlyArray<OwnPart> =>
  message.role === "assistant" || message.role === "tool" ? message.content.filter(isOwn) : []

/** Chooses the ids of one prompt, part by part in their order. */
class Ids {
  readonly #rule: Rule
  readonly #taken: Set<string>
  /** How many calls had an id so far. */
  readonly #calls = new Map<string, number>()
  /** The chosen ids, by the id of the last call that had it. */
  readonly #chosen = new Map<string, string>()

  /** `ids` are all of the prompt: those that fit are never made for another one. */
  constructor(rule: Rule, ids: Iterable<string>) {
    this.#rule = rule
    this.#taken = new Set([...ids].filter((id) => rule.fits.test(id)))
  }

  of(part: OwnPart): string {
    const { id } = part
    const known = this.#chosen.get(id)
    if (known !== undefined && part.type === "tool-result") return known
    const before = this.#calls.get(id) ?? 0
    if (part.type === "tool-call") this.#calls.set(id, before + 1)
    const chosen = before === 0 && this.#rule.fits.test(id) ? id : this.#made(before === 0 ? id : `${before} ${id}`)
    this.#chosen.set(id, chosen)
    return chosen
  }

  #made(text: string): string {
    let made = derived(text, this.#rule.length)
    for (let round = 1; this.#taken.has(made); round++) made = derived(`${round}:${text}`, this.#rule.length)
    this.#taken.add(made)
    return made
  }
}

/** Puts the next of the chosen ids into each part of a message. */
const withIds = (message: Prompt.Message, next: () => string): Prompt.Message => {
  switch (message.role) {
    case "assistant": {
      const content = message.content.map((part) => (isOwn(part) ? { ...part, id: next() } : part))
      return Prompt.assistantMessage({ content, options: message.options })
    }
    case "tool": {
      const content = message.content.map((part) => (isOwn(part) ? { ...part, id: next() } : part))
      return Prompt.toolMessage({ content, options: message.options })
    }
    default:
      return message
  }
}

/**
 * Rewrites the ids of messages to those that a rule accepts. Each result must come after its call and before another
 * call of the same id, as `History` has it.
 */
export const rewrite = (
  messages: ReadonlyArray<Prompt.Message>,
  rule: ToolIdRule
): ReadonlyArray<Prompt.Message> => {
  const parts = messages.flatMap(ownParts)
  if (parts.length === 0) return messages
  const ids = new Ids(rules[rule], parts.map((part) => part.id))
  const chosen = parts.map((part) => ids.of(part))
  if (parts.every((part, at) => part.id === chosen[at])) return messages
  const next = chosen.values()
  return messages.map((message) => withIds(message, () => next.next().value ?? ""))
}
