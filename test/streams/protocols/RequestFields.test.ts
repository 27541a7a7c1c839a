/**
 * Every field of a request in every protocol: it is in the body, or the request is refused, or it is known to be left
 * out. A field that nobody has thought about is none of these.
 */
import { assert, describe, it } from "@effect/vitest"
import { Result, Schema } from "effect"
import { Tool } from "effect/ai"
import { CompletionRequest } from "sluice"
import type { ProtocolName } from "../../../src/domain/ProviderDefinition.ts"
import { byName } from "../../../src/streams/protocols/Protocols.ts"
import { encodedBody } from "../../support/Encoding.ts"

type Input = Partial<CompletionRequest.CompletionRequestInput>

/** What becomes of a field: it is written, the request is refused because of it, or it is left out. */
type Fate = "used" | "refused" | "omitted"

const tools = [
  Tool.make("f", { description: "d", parameters: Schema.Struct({ a: Schema.String }) }),
  Tool.make("g", { parameters: Schema.Struct({ b: Schema.Finite }) })
]
const schema = Schema.Struct({ a: Schema.String })

interface Probe {
  /** The request without the field. Default: a prompt alone. */
  readonly without?: Input
  readonly with: Input
  /** Whose fate is not to be used. */
  readonly but?: Readonly<Partial<Record<ProtocolName, Fate>>>
}

const onlyChat = {
  "anthropic-messages": "omitted",
  cohere: "omitted",
  ollama: "omitted",
  "bedrock-converse": "omitted",
  gemini: "omitted",
  "gemini-interactions": "omitted"
} as const

/** By field, and what there is in it. The compiler wants each field here. */
const probes: Readonly<
  Record<
    Exclude<
      keyof CompletionRequest.CompletionRequest,
      "model" | "headers" | "assemble" | "timeouts" | "retry" | "history" | "foreignReasoning"
    >,
    Readonly<Record<string, Probe>>
  >
> = {
  prompt: { "a text": { with: { prompt: "another" } } },
  tools: { "two functions": { with: { tools }, but: { "openai-completions": "refused" } } },
  toolChoice: {
    none: { without: { tools }, with: { tools, toolChoice: "none" } },
    required: {
      without: { tools },
      with: { tools, toolChoice: "required" },
      but: { "openai-completions": "refused", ollama: "refused" }
    },
    "one tool": {
      without: { tools },
      with: { tools, toolChoice: { tool: "f" } },
      but: { "openai-completions": "refused", ollama: "refused" }
    },
    "some tools": {
      without: { tools },
      with: { tools, toolChoice: { oneOf: ["f"] } },
      but: { "openai-completions": "refused" }
    },
    "some tools, required": {
      without: { tools },
      with: { tools, toolChoice: { mode: "required", oneOf: ["f"] } },
      but: { "openai-completions": "refused", ollama: "refused" }
    },
    "required, without tools": {
      with: { toolChoice: "required" },
      but: {
        "openai-chat": "refused",
        "openai-responses": "refused",
        "openai-completions": "refused",
        "anthropic-messages": "refused",
        cohere: "refused",
        ollama: "refused",
        "bedrock-converse": "refused",
        gemini: "refused",
        "gemini-interactions": "refused"
      }
    }
  },
  parallelToolCalls: {
    no: {
      without: { tools },
      with: { tools, parallelToolCalls: false },
      but: {
        "openai-completions": "refused",
        cohere: "refused",
        ollama: "refused",
        gemini: "refused",
        "gemini-interactions": "refused"
      }
    }
  },
  temperature: { "a number": { with: { temperature: 0.5 } } },
  topP: {
    "a number": { with: { topP: 0.5 } },
    "beside a temperature": {
      without: { temperature: 0.5 },
      with: { temperature: 0.5, topP: 0.5 },
      but: { "anthropic-messages": "omitted", "bedrock-converse": "omitted" }
    }
  },
  topK: {
    "a number": {
      with: { topK: 5 },
      but: {
        "openai-chat": "omitted",
        "openai-responses": "omitted",
        "openai-completions": "omitted",
        "gemini-interactions": "omitted"
      }
    }
  },
  maxOutputTokens: { "a number": { with: { maxOutputTokens: 77 } } },
  stop: { "a sequence": { with: { stop: ["x"] }, but: { "openai-responses": "refused" } } },
  seed: {
    "a number": {
      with: { seed: 7 },
      but: { "openai-responses": "omitted", "anthropic-messages": "omitted", "bedrock-converse": "omitted" }
    }
  },
  reasoning: {
    "an effort": { with: { reasoning: { effort: "high" } }, but: { "openai-completions": "omitted" } },
    "no effort": { with: { reasoning: { effort: "none" } }, but: { "openai-completions": "omitted" } },
    "a budget": {
      with: { reasoning: { budgetTokens: 2000 } },
      but: { "openai-chat": "omitted", "openai-responses": "omitted", "openai-completions": "omitted" }
    },
    "a summary": {
      without: { reasoning: { effort: "high" } },
      with: { reasoning: { effort: "high", summary: "auto" } },
      but: { "openai-chat": "omitted", "openai-completions": "omitted", cohere: "omitted", ollama: "omitted" }
    }
  },
  text: { verbosity: { with: { text: { verbosity: "low" } }, but: { ...onlyChat, "openai-completions": "omitted" } } },
  outputSchema: {
    "any JSON": {
      with: { outputSchema: "json" },
      but: { "anthropic-messages": "refused", "bedrock-converse": "refused" }
    },
    "a schema": { with: { outputSchema: { schema } } },
    "its name": {
      without: { outputSchema: { schema } },
      with: { outputSchema: { schema, name: "n" } },
      but: { ...onlyChat, "openai-completions": "omitted", "bedrock-converse": "used" }
    },
    "its description": {
      without: { outputSchema: { schema } },
      with: { outputSchema: { schema, description: "d" } },
      but: { ...onlyChat, "openai-completions": "omitted", "bedrock-converse": "used" }
    },
    "its strictness": {
      without: { outputSchema: { schema } },
      with: { outputSchema: { schema, strict: true } },
      but: { ...onlyChat, "openai-completions": "omitted" }
    }
  },
  promptCache: {
    "a key": { with: { promptCache: { key: "k" } }, but: { ...onlyChat, "openai-completions": "omitted" } },
    "a lifetime": { with: { promptCache: { ttl: "24h" } }, but: { ...onlyChat, "openai-completions": "omitted" } },
    "the provider's own breakpoints": {
      with: { promptCache: { auto: true } },
      but: {
        "openai-chat": "omitted",
        "openai-responses": "omitted",
        "openai-completions": "omitted",
        cohere: "omitted",
        ollama: "omitted",
        gemini: "omitted",
        "gemini-interactions": "omitted"
      }
    }
  },
  user: {
    "a name": {
      with: { user: "u" },
      but: {
        cohere: "omitted",
        ollama: "omitted",
        "bedrock-converse": "omitted",
        gemini: "omitted",
        "gemini-interactions": "omitted"
      }
    }
  },
  metadata: {
    "a record": {
      with: { metadata: { a: "b" } },
      but: {
        "openai-completions": "omitted",
        "anthropic-messages": "omitted",
        cohere: "omitted",
        ollama: "omitted",
        gemini: "omitted",
        "gemini-interactions": "omitted"
      }
    }
  },
  providerOptions: {
    "of this provider": { with: { providerOptions: { test: { a: 1 } } } },
    "of another one": {
      with: { providerOptions: { other: { a: 1 } } },
      but: { ...onlyChat, "openai-chat": "omitted", "openai-responses": "omitted", "openai-completions": "omitted" }
    }
  }
}

const models: Readonly<Partial<Record<ProtocolName, string>>> = {
  "anthropic-messages": "claude-opus-4-6",
  "bedrock-converse": "anthropic.claude-opus-4-6-v1",
  gemini: "gemini-2.5-flash",
  "gemini-interactions": "gemini-2.5-flash"
}

const encode = (name: ProtocolName, input: Input) =>
  encodedBody(byName[name], CompletionRequest.make({ model: "m", prompt: "Hi", ...input }), {
    provider: "test",
    model: models[name] ?? "m",
    stream: true,
    quirks: {}
  })

const fateOf = (name: ProtocolName, { with: given, without = {} }: Probe): Fate => {
  const after = encode(name, given)
  if (Result.isFailure(after)) return "refused"
  const before = encode(name, without)
  return Result.isSuccess(before) && JSON.stringify(before.success) === JSON.stringify(after.success)
    ? "omitted"
    : "used"
}

const protocols = Object.values(byName).map(({ name }) => name)

describe("a field of a request", () => {
  it.each(
    Object.entries(probes).flatMap(([field, forms]) =>
      Object.entries(forms).map(([form, probe]) => [`${field} (${form})`, probe] as const)
    )
  )("is written, refused or knowingly left out: %s", (_, probe) => {
    const fates = Object.fromEntries(protocols.map((name) => [name, fateOf(name, probe)]))
    const expected = Object.fromEntries(protocols.map((name): [string, Fate] => [name, probe.but?.[name] ?? "used"]))
    assert.deepStrictEqual(fates, expected)
  })

  it("is the same as none when it is empty", () => {
    const empty: Input = { tools: [], stop: [], reasoning: {}, text: {}, promptCache: {}, providerOptions: {} }
    for (const name of protocols) assert.deepStrictEqual(encode(name, empty), encode(name, {}), name)
    assert.deepStrictEqual(encode("bedrock-converse", { metadata: {} }), encode("bedrock-converse", {}))
  })
})
