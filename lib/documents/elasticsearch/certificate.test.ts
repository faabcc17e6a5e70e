import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:https";
import path from "node:path";
import { afterEach, expect, it } from "vitest";
import { checkElasticsearch } from "@/lib/actions/check-elasticsearch";
