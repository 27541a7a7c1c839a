/** What a client is to the benchmark, and which there are. */
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import type { Protocol } from "../lib/Spec.ts"
import type { Sink } from "../lib/Sink.ts"

export interface Target {
  /** Where the provider is found, without `/v1`. */
  readonly base: string
  readonly protocol: Protocol
}

export interface Client {
  /** Reads one stream to its end. */
  readonly run: (sink: Sink) => Promise<void>
  readonly close: () => Promise<void>
}

interface Loaded {
  readonly open: (target: Target) => Promise<Client>
}

interface Entry {
  readonly label: string
  readonly protocols: ReadonlyArray<Protocol>
  /** The experiment that it is for, if it is for one alone. */
  readonly only?: string
  /** Loaded in the client's own process only. A package that is not installed fails here. */
  readonly load: () => Promise<Loaded>
}

const all: ReadonlyArray<Protocol> = ["chat", "responses", "anthropic"]

export const reference = "reference"

/** Sluice from the checkout that is compared with. */
export const before = "sluice-before"

/** The module of the benchmark of the other checkout that stands where `name` stands in this one. */
export const moduleBefore = (name: string): string =>
  pathToFileURL(join(process.env["SLUICE_BENCH_BEFORE"] ?? "", "scripts/bench", name)).href

const loadBefore = async (): Promise<Loaded> => {
  const loaded: Loaded = await import(moduleBefore("clients/Sluice.ts"))
  return loaded
}

export const clients: Readonly<Record<string, Entry>> = {
  [reference]: { label: "reference: undici, JSON.parse", protocols: all, load: () => import("./Reference.ts") },
  "sluice": { label: "Sluice", protocols: all, load: () => import("./Sluice.ts") },
  // Only with `--before`.
  [before]: { label: "Sluice, before", protocols: all, only: before, load: loadBefore },
  "sluice-unassembled": {
    label: "Sluice, assemble: false",
    protocols: all,
    only: "memory",
    load: () => import("./SluiceUnassembled.ts")
  },
  "sluice-policies": {
    label: "Sluice, rate limits and breakers",
    protocols: all,
    only: "policies",
    load: () => import("./SluicePolicies.ts")
  },
  "sluice-limits": {
    label: "Sluice, rate limits",
    protocols: all,
    only: "policies",
    load: async () => ({ open: (await import("./SluicePolicies.ts")).openWithLimits })
  },
  "sluice-breakers": {
    label: "Sluice, circuit breakers",
    protocols: all,
    only: "policies",
    load: async () => ({ open: (await import("./SluicePolicies.ts")).openWithBreakers })
  },
  "sluice-object": {
    label: "Sluice, streamObject",
    protocols: all,
    only: "tools",
    load: () => import("./SluiceObject.ts")
  },
  "sluice-object-optional": {
    label: "Sluice, streamObject, optional properties",
    protocols: all,
    only: "tools",
    load: () => import("./SluiceObjectOptional.ts")
  },
  "sluice-language-model": {
    label: "Sluice, LanguageModel.streamText",
    protocols: all,
    only: "tools",
    load: () => import("./SluiceLanguageModel.ts")
  },
  "openai": { label: "openai SDK", protocols: ["chat", "responses"], load: () => import("./OpenAiSdk.ts") },
  "anthropic": { label: "Anthropic SDK", protocols: ["anthropic"], load: () => import("./AnthropicSdk.ts") },
  "effect-sse": { label: "effect/http, Sse.decode", protocols: all, load: () => import("./EffectSse.ts") },
  "ai-sdk": { label: "AI SDK streamText", protocols: ["chat"], load: () => import("./AiSdk.ts") }
}

/** Puts the other checkout, if there is one, behind Sluice. */
export const withBefore = (names: ReadonlyArray<string>, checkout: unknown): ReadonlyArray<string> =>
  checkout === undefined ? names : names.flatMap((name) => (name === "sluice" ? [name, before] : [name]))

/** The clients that read a protocol, of those that are named, or of all that are for the experiment. */
export const clientsFor = (
  protocol: Protocol,
  options: { readonly clients: ReadonlyArray<string> | undefined; readonly before?: string | undefined },
  experiment?: string
): ReadonlyArray<string> => {
  const names = options.clients ??
    Object.keys(clients).filter((name) => [undefined, experiment].includes(clients[name]?.only))
  return withBefore(names, options.before).filter((name) => clients[name]?.protocols.includes(protocol))
}

export const label = (name: string): string => clients[name]?.label ?? name
