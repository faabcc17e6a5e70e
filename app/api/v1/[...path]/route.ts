import { dispatch } from "../../dispatch";

export const runtime = "nodejs";
export const dynamic = "force-dynamic";

/** Every verb of the registry. Other methods are answered too, so that a wrong one is told what is allowed. */
export const GET = dispatch;
export const POST = dispatch;
export const PUT = dispatch;
export const PATCH = dispatch;
export const DELETE = dispatch;
