/**
 * The tokens and keys that a simulator has given out, and until when each is good.
 *
 * @since 0.1.0
 */
import * as Seed from "../Seed.ts"
import type { SimulatedIdentity } from "./SimulatedIdentity.ts"

/**
 * @category models
 * @since 0.1.0
 */
export type Cloud = "google" | "entra" | "aws"

/**
 * A token. `expiresIn` is in seconds, as it is told to the client.
 *
 * @category models
 * @since 0.1.0
 */
export interface IssuedToken {
  readonly token: string
  readonly expiresIn: number
}

/**
 * Keys to sign with. Times are in milliseconds: `expiresAt` is when they end, `statedExpiry` when they say they do.
 *
 * @category models
 * @since 0.1.0
 */
export interface IssuedKeys {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken: string | undefined
  readonly expiresAt: number
  readonly statedExpiry: number
}

/**
 * Gives out tokens and keys, and knows them again. All times are the server's.
 *
 * @category models
 * @since 0.1.0
 */
export interface Issuer {
  readonly token: (cloud: Cloud, now: number) => IssuedToken
  readonly keys: (now: number) => IssuedKeys
  readonly isGood: (cloud: Cloud, token: string, now: number) => boolean
  readonly keysOf: (accessKeyId: string) => IssuedKeys | undefined
}

/** What tokens begin with, so that it can be told whose they are. */
const prefixes = { google: "ya29.c.", entra: "eyJ0eXAiOiJKV1Qi.", aws: "IQoJb3JpZ2lu" }

/**
 * Creates an issuer that has given out nothing yet. The same seed gives the same tokens.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (identity: SimulatedIdentity, seed: number): Issuer => {
  const chance = Seed.make(seed, 4)
  const tokens = new Map<string, number>()
  const keys = new Map<string, IssuedKeys>()
  const life = (identity.lifetimeSeconds ?? 3600) * 1000
  const stated = identity.statedLifetimeSeconds ?? identity.lifetimeSeconds ?? 3600
  const { aws } = identity
  if (aws?.accessKeyId !== undefined && aws.secretAccessKey !== undefined) {
    keys.set(aws.accessKeyId, {
      accessKeyId: aws.accessKeyId,
      secretAccessKey: aws.secretAccessKey,
      sessionToken: aws.sessionToken,
      expiresAt: Infinity,
      statedExpiry: Infinity
    })
  }
  return {
    token: (cloud, now) => {
      const token = chance.id(prefixes[cloud], 40)
      tokens.set(`${cloud} ${token}`, now + life)
      return { token, expiresIn: stated }
    },
    keys: (now) => {
      const issued = {
        accessKeyId: chance.id("ASIA", 16).toUpperCase(),
        secretAccessKey: chance.id("", 40),
        sessionToken: chance.id(prefixes.aws, 60),
        expiresAt: now + life,
        statedExpiry: now + stated * 1000
      }
      keys.set(issued.accessKeyId, issued)
      return issued
    },
    isGood: (cloud, token, now) => now < (tokens.get(`${cloud} ${token}`) ?? 0),
    keysOf: (accessKeyId) => keys.get(accessKeyId)
  }
}
