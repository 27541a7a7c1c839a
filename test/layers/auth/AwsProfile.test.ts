/**
 * The region of an AWS profile: it is where requests go with the profile's keys, or nothing is sent.
 */
import { assert, describe, it } from "@effect/vitest"
import { ConfigProvider, Effect, Layer, Redacted } from "effect"
import { Identity } from "sluice"
import * as ConfigCredentials from "../../../src/layers/configuration/ConfigCredentials.ts"
import * as AwsProfile from "../../../src/layers/auth/AwsProfile.ts"
import { configure, type ProviderSettings } from "../../../src/layers/configuration/Configure.ts"
import { definition as bedrock } from "../../../src/domain/providers/Bedrock.ts"
import * as Files from "../../support/Files.ts"

const config = `# shared
[default]
region = us-west-1

[profile research]
sso_region = us-east-2
s3 =
  region = nested
region=eu-central-1 # near

[ profile "two words" ]
region = ap-south-1
[profile none]
output = json
[research]
region = wrong-1
`

describe("the region of a profile", () => {
  it.each<readonly [string, string | undefined]>([
    ["default", "us-west-1"],
    ["research", "eu-central-1"],
    ["two words", "ap-south-1"],
    ["none", undefined],
    ["other", undefined]
  ])("%s is %s", (profile, region) => {
    assert.strictEqual(AwsProfile.regionIn(config, profile), region)
  })
})

type Row = readonly [
  name: string,
  variables: Readonly<Record<string, string>>,
  options: Identity.AwsOptions,
  settings: ProviderSettings,
  region: string
]

const rows: ReadonlyArray<Row> = [
  ["of AWS_PROFILE", { AWS_PROFILE: "research" }, {}, {}, "eu-central-1"],
  ["of the options", { AWS_PROFILE: "none" }, { profile: "two words" }, {}, "ap-south-1"],
  ["of AWS_REGION", { AWS_PROFILE: "research", AWS_REGION: "eu-west-3" }, {}, {}, "eu-west-3"],
  ["of AWS_DEFAULT_REGION", { AWS_PROFILE: "none", AWS_DEFAULT_REGION: "eu-west-3" }, {}, {}, "eu-west-3"],
  ["of the variables", { AWS_PROFILE: "research" }, {}, { variables: { region: "eu-west-2" } }, "eu-west-2"],
  ["by default without a profile", {}, {}, {}, "us-east-1"],
  ["by default with a key", { AWS_PROFILE: "none", AWS_BEARER_TOKEN_BEDROCK: "k" }, {}, {}, "us-east-1"],
  ["by default with a key in the options", { AWS_PROFILE: "none" }, {}, { apiKey: Redacted.make("k") }, "us-east-1"],
  [
    "by default with keys in the options",
    { AWS_PROFILE: "none" },
    { accessKeyId: "a", secretAccessKey: Redacted.make("s") },
    {},
    "us-east-1"
  ]
]

const configured = (
  variables: Readonly<Record<string, string>>,
  options: Identity.AwsOptions,
  settings: ProviderSettings
) =>
  Effect.gen(function*() {
    const file = yield* Files.make({ config })
    return yield* configure(bedrock, settings).pipe(
      Effect.provide(
        Layer.mergeAll(Identity.aws(options), ConfigCredentials.layer).pipe(
          Layer.provideMerge(
            ConfigProvider.layer(
              ConfigProvider.fromEnvRecord({ AWS_CONFIG_FILE: file("config"), ...variables })
            )
          )
        )
      )
    )
  })

describe("requests to Bedrock", () => {
  it.live.each(rows)("go to the region %s", ([, variables, options, settings, region]) =>
    Effect.gen(function*() {
      const provider = yield* configured(variables, options, settings)
      assert.strictEqual(provider.variables["region"], region)
      assert.strictEqual(provider.baseUrl, `https://bedrock-runtime.${region}.amazonaws.com`)
    }))

  it.live.each(["none", "other"])("fail where the profile %s has no region", (profile) =>
    Effect.gen(function*() {
      const error = yield* Effect.flip(configured({ AWS_PROFILE: profile }, {}, {}))
      assert.strictEqual(error._tag, "ConfigurationError")
      assert.strictEqual(error.setting, "AWS_REGION")
      assert.include(error.message, `"${profile}" has no region`)
    }))
})
