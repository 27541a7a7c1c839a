/** `ChatModel.streamObject` with a schema of which providers get another shape, so that partial values are restored. */
export { openOptional as open } from "./SluiceObject.ts"
