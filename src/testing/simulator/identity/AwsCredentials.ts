/**
 * The sources of keys on AWS: the instance metadata service, a container's endpoint, and STS.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-metadata-security-credentials.html
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html
 */
import * as DateTime from "effect/DateTime"
import { json, text, type TokenRequest, type TokenResponse, type TokenRoute } from "./TokenRequest.ts"

const isoOf = (millis: number): string => DateTime.formatIso(DateTime.makeUnsafe(millis)).replace(/\.\d+Z$/, "Z")

/** The secret of a session between a machine and its metadata service. It authorizes nothing else. */
const session = "simulated-metadata-session"

const openSession = ({ headers, identity: { aws } }: TokenRequest): TokenResponse | undefined => {
  const seconds = headers["x-aws-ec2-metadata-token-ttl-seconds"]
  if (aws === undefined) return undefined
  return seconds === undefined
    ? text(400, "Bad Request")
    : text(200, session, { "x-aws-ec2-metadata-token-ttl-seconds": seconds })
}

const role = "simulated-role"

const instance = ({ headers, identity: { aws }, issuer, now, path }: TokenRequest): TokenResponse | undefined => {
  if (aws === undefined) return undefined
  if (headers["x-aws-ec2-metadata-token"] !== session) return text(401, "Unauthorized")
  const name = path.split("/").at(-1) ?? ""
  if (name === "" || name === "security-credentials") return text(200, role)
  if (name !== role) return text(404, "Not Found")
  const keys = issuer.keys(now)
  return json(200, {
    Code: "Success",
    LastUpdated: isoOf(now),
    Type: "AWS-HMAC",
    AccessKeyId: keys.accessKeyId,
    SecretAccessKey: keys.secretAccessKey,
    Token: keys.sessionToken ?? "",
    Expiration: isoOf(keys.statedExpiry)
  })
}

const container = ({ headers, identity: { aws }, issuer, now }: TokenRequest): TokenResponse | undefined => {
  if (aws === undefined) return undefined
  if (aws.authorizationToken !== undefined && headers["authorization"] !== aws.authorizationToken) {
    return json(401, { code: "AccessDenied", message: "The authorization token is not valid." })
  }
  const keys = issuer.keys(now)
  return json(200, {
    AccessKeyId: keys.accessKeyId,
    SecretAccessKey: keys.secretAccessKey,
    Token: keys.sessionToken ?? "",
    Expiration: isoOf(keys.statedExpiry)
  })
}

const xml = (status: number, body: string): TokenResponse => ({ status, headers: { "content-type": "text/xml" }, body })

const assumeRole = ({ form, identity: { aws }, issuer, now }: TokenRequest): TokenResponse | undefined => {
  if (aws === undefined || form.get("Action") !== "AssumeRoleWithWebIdentity") return undefined
  if (aws.webIdentityToken === undefined || form.get("WebIdentityToken") !== aws.webIdentityToken) {
    return xml(
      400,
      "<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><Error><Type>Sender</Type><Code>InvalidIdentityToken</Code>"
        + "<Message>The ID Token provided is not a valid JWT.</Message></Error><RequestId>simulated</RequestId></ErrorResponse>"
    )
  }
  const keys = issuer.keys(now)
  const fields = {
    AccessKeyId: keys.accessKeyId,
    SecretAccessKey: keys.secretAccessKey,
    SessionToken: keys.sessionToken ?? "",
    Expiration: isoOf(keys.statedExpiry)
  }
  const credentials = Object.entries(fields).map(([name, value]) => `<${name}>${value}</${name}>`).join("")
  return xml(
    200,
    "<AssumeRoleWithWebIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><AssumeRoleWithWebIdentityResult>"
      + `<Credentials>${credentials}</Credentials><AssumedRoleUser><Arn>arn:aws:sts::000000000000:assumed-role/${role}/s</Arn>`
      + "<AssumedRoleId>AROASIMULATED:s</AssumedRoleId></AssumedRoleUser></AssumeRoleWithWebIdentityResult>"
      + "<ResponseMetadata><RequestId>simulated</RequestId></ResponseMetadata></AssumeRoleWithWebIdentityResponse>"
  )
}

/** The token endpoints. */
export const routes: ReadonlyArray<TokenRoute> = [
  { method: "PUT", path: /^\/latest\/api\/token$/, isPreliminary: true, respond: openSession },
  {
    method: "GET",
    path: /^\/latest\/meta-data\/iam\/security-credentials\/?$/,
    isPreliminary: true,
    respond: instance
  },
  { method: "GET", path: /^\/latest\/meta-data\/iam\/security-credentials\/./, respond: instance },
  { method: "GET", path: /^\/container\/credentials$/, respond: container },
  { method: "POST", path: /^\/$/, respond: assumeRole }
]
