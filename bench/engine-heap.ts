/** As the engine's thread has it (decision 015): without a limit V8 lets garbage stand for as long as the machine has memory. */
export const engineHeap = "--max-old-space-size=1024";
