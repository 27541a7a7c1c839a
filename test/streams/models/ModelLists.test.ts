/**
 * What providers' lists of models say, as their pages document them, and what is made of lists that say something else.
 */
import { assert, describe, it } from "@effect/vitest"
import { Result, Schema } from "effect"
import { ModelInfo, type ModelListWireFormat } from "sluice"
import { decode } from "../../../src/streams/models/ModelLists.ts"

interface Case {
  readonly form: ModelListWireFormat
  readonly says: string
  readonly body: Schema.Json
  readonly models: ReadonlyArray<Omit<ModelInfo.ModelFacts, "provider">>
  readonly next?: Record<string, string>
}

const model = { object: "model", owned_by: "someone", created: 1_700_000_000 }

const cases: ReadonlyArray<Case> = [
  {
    form: "openai",
    says: "only names, and until when",
    body: {
      object: "list",
      data: [
        { ...model, id: "gpt-6-luna", shutdown_date: null },
        { ...model, id: "gpt-5", shutdown_date: "2026-12-11" },
        { ...model, id: "gpt-4", shutdown_date: "2026-12-31T00:00:00Z" }
      ]
    },
    models: [
      { id: "gpt-6-luna", dates: {} },
      { id: "gpt-5", dates: { deprecated: "2026-12-11" } },
      { id: "gpt-4", dates: { deprecated: "2026-12-31" } }
    ]
  },
  {
    form: "openai",
    says: "limits, as Groq and vLLM add them",
    body: {
      data: [
        { ...model, id: "llama", active: true, context_window: 131_072, max_completion_tokens: 32_768 },
        { ...model, id: "old", active: false, context_window: 0 },
        { ...model, id: "served", max_model_len: 4096 }
      ]
    },
    models: [
      { id: "llama", contextWindow: 131_072, maxOutputTokens: 32_768, dates: {} },
      { id: "old", available: false, dates: {} },
      { id: "served", contextWindow: 4096, dates: {} }
    ]
  },
  {
    form: "openai",
    says: "its entries without anything around them",
    body: [{ ...model, id: "bare" }],
    models: [{ id: "bare", dates: {} }]
  },
  {
    form: "openrouter",
    says: "prices of a token, modalities and parameters",
    body: {
      data: [{
        id: "anthropic/claude-x",
        name: "Claude X",
        created: 1_760_000_000,
        context_length: 200_000,
        architecture: { input_modalities: ["text", "image"], output_modalities: ["text"] },
        pricing: {
          prompt: "0.00000125",
          completion: "0.00001",
          input_cache_read: "0.000000125",
          input_cache_write: "0.0000015"
        },
        top_provider: { context_length: 200_000, max_completion_tokens: 64_000, is_moderated: true },
        supported_parameters: ["tools", "structured_outputs", "max_tokens"]
      }, {
        id: "openrouter/auto",
        context_length: 2_000_000,
        pricing: { prompt: "-1", completion: "-1" },
        top_provider: { max_completion_tokens: null }
      }, { id: "some/model:free", pricing: { prompt: "0", completion: "0" } }]
    },
    models: [{
      id: "anthropic/claude-x",
      name: "Claude X",
      contextWindow: 200_000,
      maxOutputTokens: 64_000,
      prices: { input: 1.25, cachedInput: 0.125, cacheWriteInput: 1.5, output: 10 },
      capabilities: { tools: true, vision: true, reasoning: false, structuredOutput: true },
      dates: { released: "2025-10-09" }
    }, {
      id: "openrouter/auto",
      contextWindow: 2_000_000,
      prices: {},
      capabilities: {},
      dates: {}
    }, { id: "some/model:free", prices: { input: 0, output: 0 }, capabilities: {}, dates: {} }]
  },
  {
    form: "together",
    says: "kinds and prices of a million tokens, where 0 may be something paid otherwise",
    body: [
      { ...model, id: "a/chat", type: "chat", context_length: 8192, pricing: { hourly: 0, input: 0.3, output: 0.6 } },
      { ...model, id: "a/image", type: "image", pricing: { hourly: 0, input: 0, output: 0 } },
      { ...model, id: "a/new", type: "constructor" }
    ],
    models: [
      { id: "a/chat", kind: "chat", contextWindow: 8192, prices: { input: 0.3, output: 0.6 }, dates: {} },
      { id: "a/image", kind: "image", prices: {}, dates: {} },
      { id: "a/new", prices: {}, dates: {} }
    ]
  },
  {
    form: "mistral",
    says: "aliases, capabilities and the day on which a model ends",
    body: {
      data: [
        {
          ...model,
          id: "mistral-large-2512",
          name: "mistral-large-2512",
          max_context_length: 262_144,
          aliases: ["mistral-large-latest", ""],
          deprecation: "2027-05-31T12:00:00Z",
          capabilities: { completion_chat: true, function_calling: true, vision: true, fine_tuning: false }
        },
        { ...model, id: "mistral-embed", aliases: [], capabilities: { completion_chat: false, vision: false } },
        {
          ...model,
          id: "voxtral",
          capabilities: { completion_chat: false, audio_transcription: true }
        }
      ]
    },
    models: [
      {
        id: "mistral-large-2512",
        name: "mistral-large-2512",
        kind: "chat",
        contextWindow: 262_144,
        aliases: ["mistral-large-latest"],
        capabilities: { tools: true, vision: true },
        dates: { deprecated: "2027-05-31" }
      },
      { id: "mistral-embed", aliases: [], capabilities: { vision: false }, dates: {} },
      {
        id: "voxtral",
        kind: "transcription",
        aliases: [],
        capabilities: {},
        dates: {}
      }
    ]
  },
  {
    form: "deepinfra",
    says: "more in an object beside",
    body: {
      data: [{
        ...model,
        id: "Qwen/Qwen3",
        metadata: {
          context_length: 131_072,
          max_tokens: 8192,
          pricing: { input_tokens: 0.04, output_tokens: 0.1, cache_read_tokens: 0.01 },
          tags: ["vision"]
        }
      }, { ...model, id: "no/more", metadata: null }]
    },
    models: [{
      id: "Qwen/Qwen3",
      contextWindow: 131_072,
      maxOutputTokens: 8192,
      prices: { input: 0.04, cachedInput: 0.01, output: 0.1 },
      capabilities: { vision: true }
    }, { id: "no/more", prices: {}, capabilities: {} }]
  },
  {
    form: "huggingface",
    says: "what each of those who serve a model can do",
    body: {
      data: [{
        ...model,
        id: "zai-org/GLM",
        architecture: { input_modalities: ["text"] },
        providers: [
          { provider: "a", status: "live", context_length: 8192, supports_tools: true },
          { provider: "b", status: "live", context_length: 32_768, supports_tools: false }
        ]
      }, { ...model, id: "no/servers" }]
    },
    models: [
      { id: "zai-org/GLM", contextWindow: 32_768, capabilities: { tools: true, vision: false } },
      { id: "no/servers", capabilities: {} }
    ]
  },
  {
    form: "anthropic",
    says: "limits, capabilities and days, a page at a time",
    body: {
      data: [{
        type: "model",
        id: "claude-sonnet-5",
        display_name: "Claude Sonnet 5",
        created_at: "2026-05-01T00:00:00Z",
        deprecated_at: null,
        lifecycle: "active",
        max_input_tokens: 1_000_000,
        max_tokens: 128_000,
        capabilities: {
          image_input: { supported: true },
          thinking: { supported: true },
          structured_outputs: { supported: false }
        }
      }, {
        type: "model",
        id: "claude-2",
        display_name: "Claude 2",
        created_at: "1970-01-01T00:00:00Z",
        deprecated_at: "2025-01-21T00:00:00Z",
        lifecycle: "retired",
        max_input_tokens: null,
        max_tokens: null,
        capabilities: null
      }],
      has_more: true,
      first_id: "claude-sonnet-5",
      last_id: "claude-2"
    },
    models: [{
      id: "claude-sonnet-5",
      name: "Claude Sonnet 5",
      contextWindow: 1_000_000,
      maxOutputTokens: 128_000,
      capabilities: { vision: true, reasoning: true, structuredOutput: false },
      dates: { released: "2026-05-01" }
    }, {
      id: "claude-2",
      name: "Claude 2",
      capabilities: {},
      dates: { deprecated: "2025-01-21" },
      available: false
    }],
    next: { after_id: "claude-2" }
  },
  {
    form: "gemini",
    says: "limits and methods, a page at a time",
    body: {
      models: [{
        name: "models/gemini-3-flash",
        displayName: "Gemini 3 Flash",
        inputTokenLimit: 1_048_576,
        outputTokenLimit: 65_536,
        supportedGenerationMethods: ["generateContent", "countTokens"],
        thinking: true
      }, {
        name: "models/gemini-embedding-001",
        inputTokenLimit: 2048,
        outputTokenLimit: 1,
        supportedGenerationMethods: ["embedContent"]
      }, { name: "models/veo-3", supportedGenerationMethods: ["predictLongRunning"] }],
      nextPageToken: "more"
    },
    models: [
      {
        id: "gemini-3-flash",
        name: "Gemini 3 Flash",
        kind: "chat",
        contextWindow: 1_048_576,
        maxOutputTokens: 65_536,
        capabilities: { reasoning: true }
      },
      { id: "gemini-embedding-001", kind: "embedding", contextWindow: 2048, capabilities: {} },
      {
        id: "veo-3",
        capabilities: {}
      }
    ],
    next: { pageToken: "more" }
  },
  {
    form: "gemini",
    says: "names of a publisher's models, on Vertex AI",
    body: { publisherModels: [{ name: "publishers/google/models/gemini-2.5-pro", versionId: "001" }] },
    models: [{ id: "gemini-2.5-pro", capabilities: {} }]
  },
  {
    form: "cohere",
    says: "the endpoints that a model is for",
    body: {
      models: [
        { name: "command-a", endpoints: ["generate", "chat"], context_length: 288_000, features: ["tools", "vision"] },
        { name: "embed-v4.0", endpoints: ["embed"], context_length: 128_000, features: null },
        { name: "rerank-v3.5", endpoints: ["rerank"] }
      ],
      next_page_token: ""
    },
    models: [
      { id: "command-a", kind: "chat", contextWindow: 288_000, capabilities: { tools: true, vision: true } },
      { id: "embed-v4.0", kind: "embedding", contextWindow: 128_000, capabilities: {} },
      { id: "rerank-v3.5", kind: "rerank", capabilities: {} }
    ]
  },
  {
    form: "github",
    says: "capabilities, modalities and limits",
    body: [{
      id: "openai/gpt-4.1",
      name: "OpenAI GPT-4.1",
      capabilities: ["streaming", "tool-calling"],
      limits: { max_input_tokens: 1_048_576, max_output_tokens: 32_768 },
      supported_input_modalities: ["text", "image"],
      supported_output_modalities: ["text"]
    }, {
      id: "openai/text-embedding-3-large",
      limits: { max_input_tokens: 8191, max_output_tokens: null },
      supported_input_modalities: ["text"],
      supported_output_modalities: ["embeddings"]
    }],
    models: [{
      id: "openai/gpt-4.1",
      name: "OpenAI GPT-4.1",
      kind: "chat",
      contextWindow: 1_048_576,
      maxOutputTokens: 32_768,
      capabilities: { tools: true, streaming: true, vision: true }
    }, { id: "openai/text-embedding-3-large", kind: "embedding", contextWindow: 8191, capabilities: { vision: false } }]
  },
  {
    form: "ollama",
    says: "what was pulled",
    body: {
      models: [
        { name: "llama3.2:latest", model: "llama3.2:latest", size: 2_019_393_189, details: { family: "llama" } },
        { name: "qwen3:8b", model: "qwen3:8b", capabilities: ["completion", "tools", "thinking"] },
        { name: "bge-m3:latest", capabilities: ["embedding"] }
      ]
    },
    models: [
      { id: "llama3.2:latest", capabilities: {} },
      { id: "qwen3:8b", kind: "chat", capabilities: { tools: true, vision: false, reasoning: true } },
      { id: "bge-m3:latest", kind: "embedding", capabilities: { tools: false, vision: false, reasoning: false } }
    ]
  },
  {
    form: "bedrock",
    says: "modalities, and no kind of what makes text",
    body: {
      modelSummaries: [{
        modelId: "anthropic.claude-3-haiku-20240307-v1:0",
        modelName: "Claude 3 Haiku",
        inputModalities: ["TEXT", "IMAGE"],
        outputModalities: ["TEXT"],
        responseStreamingSupported: true,
        modelLifecycle: { status: "ACTIVE" }
      }, { modelId: "amazon.titan-embed-text-v2:0", inputModalities: ["TEXT"], outputModalities: ["EMBEDDING"] }]
    },
    models: [{
      id: "anthropic.claude-3-haiku-20240307-v1:0",
      name: "Claude 3 Haiku",
      capabilities: { vision: true, streaming: true }
    }, { id: "amazon.titan-embed-text-v2:0", kind: "embedding", capabilities: { vision: false } }]
  },
  {
    form: "cloudflare",
    says: "tasks and properties, a page at a time",
    body: {
      success: true,
      result: [{
        id: "0f002249-7d86-4698-aabf-8529ed86cefb",
        name: "@cf/meta/llama-3.3-70b-instruct-fp8-fast",
        task: { name: "Text Generation" },
        properties: [
          { property_id: "context_window", value: "24000" },
          { property_id: "price", value: [{ unit: "per M input tokens", price: 0.29, currency: "USD" }] },
          { property_id: "function_calling", value: "true" }
        ]
      }, { id: "x", name: "@cf/openai/whisper", task: { name: "Automatic Speech Recognition" } }],
      result_info: { page: 1, per_page: 2, count: 2, total_count: 5 }
    },
    models: [{
      id: "@cf/meta/llama-3.3-70b-instruct-fp8-fast",
      kind: "chat",
      contextWindow: 24_000,
      capabilities: { tools: true }
    }, { id: "@cf/openai/whisper", kind: "transcription", capabilities: {} }],
    next: { page: "2" }
  }
]

const isFacts = Schema.is(ModelInfo.ModelFacts)

describe("a list of models", () => {
  it.each(cases)("of the form $form says $says", ({ body, form, models, next }) => {
    const page = Result.getOrThrow(decode(form, body))
    assert.deepStrictEqual<unknown>(page, { models, next })
    for (const facts of page.models) assert.isTrue(isFacts({ ...facts, provider: "p" }), facts.id)
  })

  const forms = [...new Set(cases.map(({ form }) => form))]

  it.each(forms)("of the form %s is none when there is no list in it", (form) => {
    for (const body of [null, "text", 1, {}, { data: {} }, { models: "x" }, { error: { message: "no" } }]) {
      assert.deepStrictEqual(decode(form, body), Result.fail("there is no list of models in it"))
    }
  })

  it.each(cases)(
    "of the form $form, with $says, is what is left of it when its fields are something else",
    ({ body, form }) => {
      // Each value of each entry in turn is replaced by something that it cannot be.
      for (const odd of [null, -1, "odd", true, [], {}, [null], 1e300]) {
        const bent = JSON.parse(JSON.stringify(body), function(this: unknown, key: string, value: unknown) {
          const isName = /^(id|name|model|modelId|nextPageToken|next_page_token)$/.test(key)
          const isLeaf = key !== "" && !Array.isArray(this) && (value === null || typeof value !== "object")
          return isLeaf && !isName ? odd : value
        })
        const page = Result.getOrThrow(decode(form, bent))
        for (const facts of page.models) assert.isTrue(isFacts({ ...facts, provider: "p" }), JSON.stringify(facts))
      }
    }
  )

  it("passes by entries that name no model", () => {
    const page = decode("openai", { data: [null, 1, "x", [], {}, { id: "" }, { id: 5 }, { id: "m" }] })
    assert.deepStrictEqual(page, Result.succeed({ models: [{ id: "m", dates: {} }], next: undefined }))
  })

  it("of Cloudflare ends with its last page", () => {
    const page = (info: Schema.Json) => Result.getOrThrow(decode("cloudflare", { result: [], result_info: info })).next
    assert.deepStrictEqual(page({ page: 2, per_page: 2, total_count: 5 }), { page: "3" })
    assert.isUndefined(page({ page: 3, per_page: 2, total_count: 5 }))
    assert.isUndefined(page({ page: 1, per_page: 5, total_count: 5 }))
  })
})
