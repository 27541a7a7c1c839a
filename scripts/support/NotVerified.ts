/**
 * What is still not verified about the providers, and what would settle it.
 */

/** A fact without a source, by provider: the fact, and the first thing to do with a real key. */
export const rows: ReadonlyArray<readonly [providers: string, fact: string, settledBy: string]> = [
  [
    "perplexity",
    "the Agent API on the wire: items, annotations, rejected fields",
    "record `sluice chat --provider perplexity`"
  ],
  [
    "hunyuan",
    "TokenHub's Messages, embeddings and international host",
    "a call over each protocol, and of `/v1/embeddings`"
  ],
  ["ai21", "the API of the new platform", "its manual, once there is one"],
  [
    "azure",
    "the end of version 2024-10-21, `AZURE_OPENAI_DEPLOYMENT`, identity on App Service",
    "a resource of one's own"
  ],
  ["anthropic", "OAuth without the beta header, the end of `claude-haiku-4-5`", "a call with an OAuth token"],
  [
    "bedrock",
    "`x-amzn-bedrock-*`, parallel tool use over InvokeModel, the end of Nova v1; errors of OpenAI's protocols",
    "a recorded InvokeModel stream; a call of a wrong model over each protocol"
  ],
  ["vertexai", "the array around errors of a stream", "a stream that fails on its way"],
  ["openai", "the future of `/v1/audio/speech`", "the vendor's notices"],
  [
    "gemini",
    "the end of `gemini-embedding-001`, the last line of an Interactions stream",
    "a recorded Interactions stream"
  ],
  [
    "deepseek, moonshot",
    "over Responses: empty reasoning before tool calls; over Messages: output schemas",
    "a tool loop over each protocol that began at another provider"
  ],
  [
    "cohere",
    "headers of trial keys, `x-debug-trace-id`; errors of transcription",
    "the headers of a call with a trial key; a transcript of a webm file"
  ],
  [
    "xai",
    "`grok-stt` as the name of a model; errors of transcription and speech",
    "`sluice transcribe --model xai/grok-stt`; `sluice speak` with a wrong voice"
  ],
  ["cloudflare", "the most texts of an embedding request, the address of the model search", "a request with 101 texts"],
  [
    "openrouter",
    "the unit of the reset header; speech in other formats than mp3 and pcm",
    "a 429 of a free model; a request for `wav`"
  ],
  [
    "together, deepinfra",
    "the state of the default models; the shape of errors",
    "`sluice models --live`; a call of a wrong model"
  ],
  ["huggingface", "the meaning of 402", "a call without credit"],
  ["minimax", "the codes from 1008 on", "a call without balance"],
  ["zhipuai", "the ends `sensitive` and `network_error`, `tool_choice` other than auto", "a call with a required tool"],
  ["qianwen", "models that reject a required tool choice", "a call with a required tool of each model"],
  ["ernie, deepseek", "names of the codes of limits; the wording of keep-alives", "a 429; a stream that waits"]
]
