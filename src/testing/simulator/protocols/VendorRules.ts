/**
 * Refuses what DeepSeek and Moonshot refuse of the requests of their models, the same way over Chat Completions, the
 * Responses API and the Messages API.
 *
 * @see https://platform.kimi.ai/docs/api/chat
 * @see https://api-docs.deepseek.com/guides/thinking_mode
 * @see https://api-docs.deepseek.com/guides/responses_api
 * @see https://api-docs.deepseek.com/guides/anthropic_api
 */
import * as Json from "../Json.ts"
import type { Problem } from "../WireProtocol.ts"

/** What of a request the rules are about. */
export interface VendorRequest {
  readonly model: string
  /** The sampling parameters that are set, by their names on the wire. */
  readonly sampling: ReadonlyArray<string>
  /** The effort, and the name of its field. */
  readonly effort: string | undefined
  readonly effortField: string
  /** Whether the switch for thinking is in the request, and whether thinking is turned off. */
  readonly hasSwitch: boolean
  readonly isOff: boolean
  /** The choice of tools, where it requires a call: of any tool, or of one by its name. */
  readonly forced: "any" | "named" | undefined
  /** The place of the first tool call without the reasoning before it, and the field of that. */
  readonly unreasoned: number | undefined
  readonly reasoningField: string
  /** Responses: the first call after which its step goes on, so that it has no result in it. */
  readonly interrupted?: string | undefined
}

interface Rule {
  readonly models: RegExp
  readonly refuses: (request: VendorRequest) => boolean
  readonly message: (request: VendorRequest) => string
}

const rules: ReadonlyArray<Rule> = [
  {
    models: /^kimi-/,
    refuses: ({ sampling }) => sampling.length > 0,
    message: ({ sampling }) => `invalid ${sampling[0]}: it is fixed for this model`
  },
  {
    models: /^kimi-k3/,
    refuses: ({ hasSwitch }) => hasSwitch,
    message: () => "invalid thinking: it is not supported for this model"
  },
  {
    models: /^kimi-k3/,
    refuses: ({ effort }) => effort !== undefined && !["low", "high", "max"].includes(effort),
    message: ({ effortField }) => `invalid ${effortField}`
  },
  {
    models: /^kimi-k2\.7-code/,
    refuses: ({ isOff }) => isOff,
    message: () => "invalid thinking: this model cannot stop thinking"
  },
  {
    models: /^kimi-/,
    refuses: ({ forced }) => forced === "any",
    message: () => "invalid tool_choice: 'required' is not supported"
  },
  {
    models: /^kimi-(k2\.[5-9]|k2-thinking|k[3-9])/,
    refuses: ({ isOff, unreasoned }) => !isOff && unreasoned !== undefined,
    message: ({ unreasoned }) =>
      `thinking is enabled but reasoning_content is missing in assistant tool call message at index ${unreasoned}`
  },
  {
    models: /^deepseek-(v[4-9]|flash|pro)/,
    refuses: ({ forced, isOff }) => forced !== undefined && !isOff,
    message: () => "Thinking mode does not support this tool_choice"
  },
  {
    models: /^deepseek-/,
    refuses: ({ interrupted }) => interrupted !== undefined,
    message: ({ interrupted }) => `No tool output found for tool call ${interrupted}`
  },
  {
    models: /^deepseek-(v[4-9]|flash|pro)/,
    refuses: ({ isOff, unreasoned }) => !isOff && unreasoned !== undefined,
    message: ({ reasoningField }) => `The \`${reasoningField}\` in the thinking mode must be passed back to the API.`
  }
]

/** Returns whether a model is one of these vendors', whose servers know no rules of OpenAI and Anthropic. */
export const isTheirs = (model: string): boolean => /^(kimi|deepseek)-/.test(model)

/** Returns the first problem that the vendor of a model would report. */
export const check = (request: VendorRequest): Problem | undefined => {
  const found = rules.find(({ models, refuses }) => models.test(request.model) && refuses(request))
  return found === undefined ? undefined : { kind: "invalid-request", message: found.message(request) }
}

/** Returns the names of those parameters that a request sets. */
export const given = (body: Json.JsonObject, names: ReadonlyArray<string>): ReadonlyArray<string> =>
  names.filter((name) => Json.isGiven(body[name]))
