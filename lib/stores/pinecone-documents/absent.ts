import { isServiceFailure } from "@/lib/failures";
import { isAbsentNamespace } from "../pinecone/listing";

/** True for a 404 that means an absent namespace: calls on documents name its code in words, those of namespaces by gRPC's number. */
export const isAbsent = (error: unknown): boolean =>
  isAbsentNamespace(error) ||
  (isServiceFailure(error) && error.code === "not-found" && error.serviceCode === "NOT_FOUND");
