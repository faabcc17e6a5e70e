"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { forgetQuestions, saveQuestions } from "@/app/actions/moving";
import { useAct } from "@/components/data/act";
import { setsQuery } from "@/components/data/question-queries";
import { Button, ButtonLink } from "@/components/ui/button";
import { Moment } from "@/components/ui/moment";
import { Section } from "@/components/ui/page-head";
import { RemovalDialog } from "@/components/ui/removal-dialog";
import { ProblemNote } from "@/components/ui/states";
import { Cell, HeadCell, Row, Table } from "@/components/ui/table";
import { toast } from "@/components/ui/toast";
import { countWords, manyWords } from "@/components/words/figures";

/** A file's name as a set's. */
const nameOf = (file: string) =>
  file
    .toLowerCase()
    .replace(/\.jsonl?$/, "")
    .replace(/[^a-z0-9._-]+/g, "-")
    .replace(/^[^a-z0-9]+/, "")
    .slice(0, 63) || "questions";

/** Questions under a name: imported, exported, removed. The gate and the canary ask them. */
export function QuestionSets() {
  const { data } = useQuery(setsQuery());
  const client = useQueryClient();
  const picker = useRef<HTMLInputElement>(null);
  const [leaving, setLeaving] = useState<string | null>(null);
  const seen = () => void client.invalidateQueries({ queryKey: setsQuery().queryKey });
  const importing = useAct(
    saveQuestions,
    ({ set, brokenLines }) => {
      const left = brokenLines > 0 ? ` ${manyWords(brokenLines, "line")} couldn't be read.` : "";
      toast(`${set.name} holds ${manyWords(set.count, "question")}.${left}`);
      seen();
    },
    "here",
  );
  const removing = useAct(
    forgetQuestions,
    () => {
      setLeaving(null);
      seen();
    },
    "here",
  );
  return (
    <Section
      title="Sets of questions"
      note="Gate and canary ask them; at most 2,000 questions each"
      className="mt-6"
      actions={
        <Button busy={importing.isPending} onClick={() => picker.current?.click()}>
          Import JSON lines
        </Button>
      }
    >
      <input
        ref={picker}
        type="file"
        accept=".jsonl,.json,.ndjson"
        aria-label="File of questions"
        className="sr-only"
        tabIndex={-1}
        onChange={(event) => {
          const [file] = event.target.files ?? [];
          event.target.value = "";
          if (file) void file.text().then((jsonl) => importing.mutate({ name: nameOf(file.name), jsonl }));
        }}
      />
      {importing.error !== null && (
        <div className="mb-3">
          <ProblemNote error={importing.error} />
        </div>
      )}
      {data && data.sets.length === 0 && (
        <p className="rounded-md border border-line bg-surface px-3 py-4 text-quiet">
          No set yet. A line for each question:{" "}
          <code className="font-mono text-xs wrap-anywhere">{`{"query": "How do I reset my password?", "namespace": "acme", "expected": ["doc-12"]}`}</code>
        </p>
      )}
      {data && data.sets.length > 0 && (
        <Table label="Sets of questions">
          <thead>
            <tr>
              <HeadCell>Set</HeadCell>
              <HeadCell number>Questions</HeadCell>
              <HeadCell number>With answers</HeadCell>
              <HeadCell number className="hidden sm:table-cell">
                Saved
              </HeadCell>
              <HeadCell>
                <span className="sr-only">Acts</span>
              </HeadCell>
            </tr>
          </thead>
          <tbody>
            {data.sets.map(({ name, count, expecting, updatedAt }) => (
              <Row key={name}>
                <Cell className="font-mono text-xs wrap-anywhere">{name}</Cell>
                <Cell number>{countWords(count)}</Cell>
                <Cell number>{countWords(expecting)}</Cell>
                <Cell number className="hidden text-quiet sm:table-cell">
                  <Moment at={updatedAt} />
                </Cell>
                <Cell className="text-right">
                  <ButtonLink look="quiet" href={`/api/v1/question-sets/${name}/export`} download>
                    Export
                  </ButtonLink>
                  <Button look="quiet" onClick={() => setLeaving(name)}>
                    Remove
                  </Button>
                </Cell>
              </Row>
            ))}
          </tbody>
        </Table>
      )}
      <RemovalDialog
        open={leaving !== null}
        onClose={() => setLeaving(null)}
        title={`Remove the set ${leaving ?? ""}?`}
        description="Verdicts that were given by it keep their questions."
        what="set"
        removing={removing}
        onRemove={() => leaving !== null && removing.mutate({ name: leaving })}
      />
    </Section>
  );
}
