/**
 * Issues tokens and keys, and recognises them until they expire.
 */
import * as Seed from "../Seed.ts"
import type { SimulatedIdentity } from "./SimulatedIdentity.ts"

/** A cloud with an identity service. */
export type Cloud = "google" | "entra" | "aws"

/** An issued token. */
export interface IssuedToken {
  readonly token: string
  /** The stated lifetime, in seconds. */
  readonly expiresIn: number
}

/** Keys for signatures. */
export interface IssuedKeys {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken: string | undefined
  /** When the keys expire, in milliseconds. */
  readonly expiresAt: number
  /** The stated time of expiry, in milliseconds. */
  readonly statedExpiry: number
}

/** Issues tokens and keys, and recognises them. All times are the server's, in milliseconds. */
export interface Issuer {
  readonly token: (cloud: Cloud, now: number) => IssuedToken
  readonly keys: (now: number) => IssuedKeys
  readonly isValid: (cloud: Cloud, token: string, now: number) => boolean
  readonly keysOf: (accessKeyId: string) => IssuedKeys | undefined
}

/** The prefixes of tokens, by which their cloud can be recognised. */
const prefixes = { google: "ya29.c.", entra: "eyJ0eXAiOiJKV1Qi.", aws: "IQoJb3JpZ2lu" }

/** Creates an issuer without issued tokens. The same seed gives the same tokens. */
export const make = (identity: SimulatedIdentity, seed: number): Issuer => {
  const random = Seed.make(seed, 4)
  const tokens = new Map<string, number>()
  const keys = new Map<string, IssuedKeys>()
  const lifetime = (identity.lifetimeSeconds ?? 3600) * 1000
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
      const token = random.id(prefixes[cloud], 40)
      tokens.set(`${cloud} ${token}`, now + lifetime)
      return { token, expiresIn: stated }
    },
    keys: (now) => {
      const issued = {
        accessKeyId: random.id("ASIA", 16).toUpperCase(),
        secretAccessKey: random.id("", 40),
        sessionToken: random.id(prefixes.aws, 60),
        expiresAt: now + lifetime,
        statedExpiry: now + stated * 1000
      }
      keys.set(issued.accessKeyId, issued)
      return issued
    },
    isValid: (cloud, token, now) => now < (tokens.get(`${cloud} ${token}`) ?? 0),
    keysOf: (accessKeyId) => keys.get(accessKeyId)
  }
}
