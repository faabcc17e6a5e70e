"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { saveQuestions } from "@/app/actions/moving";
import { useAct } from "@/components/data/act";
import { usePageRoute } from "@/components/data/page-route";
import { askedQuery, setsQuery } from "@/components/data/question-queries";
import { along } from "@/components/data/route-address";
import { Button } from "@/components/ui/button";
import { Field, Input } from "@/components/ui/field";
import { Identifier, NamespaceName } from "@/components/ui/identifier";
import { Moment } from "@/components/ui/moment";
import { Section } from "@/components/ui/page-head";
import { ProblemNote } from "@/components/ui/states";
import { Cell, HeadCell, Row, Table } from "@/components/ui/table";
import { toast } from "@/components/ui/toast";
import { manyWords } from "@/components/words/figures";
import type { AskedQuestion } from "@/lib/shapes/cut-over/questions";
import type { Question } from "./search-form";

const ms = ({ ms: took, state }: AskedQuestion["source"]) =>
  took === null ? state.replace("-", " ") : `${took.toFixed(1)} ms`;

/** What was asked along the route: to ask again, or to keep as a set. */
export function AskedBefore({ onAsk }: { onAsk(question: Omit<Question, "embedder">): void }) {
  const route = usePageRoute();
  const { data } = useQuery(askedQuery(route));
  const client = useQueryClient();
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const [name, setName] = useState("");
  const saving = useAct(
    saveQuestions,
    ({ set }) => {
      toast(`${set.name} holds ${manyWords(set.count, "question")}.`);
      setChosen([]);
      setName("");
      void client.invalidateQueries({ queryKey: setsQuery().queryKey });
    },
    "here",
  );
  if (!data || data.asked.length === 0) return null;
  const wrong =
    name === "" || /^[a-z0-9][a-z0-9._-]{0,62}$/.test(name)
      ? undefined
      : "Lower-case letters, digits, dots and dashes.";
  return (
    <Section title="Asked before" note="Choose questions to keep them as a set for the gate" className="mt-6">
      <Table label="Asked before" className="table-fixed">
        <thead>
          <tr>
            <HeadCell className="w-10">
              <span className="sr-only">Choose</span>
            </HeadCell>
            <HeadCell>Question</HeadCell>
            <HeadCell number className="hidden w-28 sm:table-cell">
              Source
            </HeadCell>
            <HeadCell number className="hidden w-28 sm:table-cell">
              Target
            </HeadCell>
            <HeadCell number className="w-24">
              On both
            </HeadCell>
            <HeadCell number className="hidden w-28 md:table-cell">
              Asked
            </HeadCell>
          </tr>
        </thead>
        <tbody>
          {data.asked.map((one) => (
            <Row key={one.id}>
              <Cell>
                <input
                  type="checkbox"
                  aria-label={`Choose ${one.question}`}
                  disabled={one.by === "vector"}
                  checked={chosen.includes(one.id)}
                  onChange={(event) =>
                    setChosen(event.target.checked ? [...chosen, one.id] : chosen.filter((id) => id !== one.id))
                  }
                />
              </Cell>
              <Cell className="truncate">
                <button
                  type="button"
                  disabled={one.by === "vector"}
                  className="max-w-full truncate rounded-sm text-left hover:text-accent"
                  onClick={() =>
                    one.by !== "vector" &&
                    onAsk({
                      ...{ by: one.by, q: one.question, namespace: one.namespace, k: one.k },
                      filter: one.filter === null ? "" : JSON.stringify(one.filter),
                    })
                  }
                >
                  {one.by === "record" ? (
                    <>
                      <span className="text-quiet">like</span> <Identifier text={one.question} />
                    </>
                  ) : (
                    one.question
                  )}
                </button>{" "}
                <span className="text-xs text-quiet">
                  <NamespaceName name={one.namespace} />
                </span>
              </Cell>
              <Cell number className="hidden sm:table-cell">
                {ms(one.source)}
              </Cell>
              <Cell number className="hidden sm:table-cell">
                {ms(one.target)}
              </Cell>
              <Cell number>
                {one.shared === null ? "–" : `${one.shared} of ${Math.max(one.source.hits, one.target.hits)}`}
              </Cell>
              <Cell number className="hidden text-quiet md:table-cell">
                <Moment at={one.at} />
              </Cell>
            </Row>
          ))}
        </tbody>
      </Table>
      {chosen.length > 0 && (
        <form
          className="mt-3 flex flex-wrap items-start gap-3"
          onSubmit={(event) => {
            event.preventDefault();
            saving.mutate({ name, asked: [...chosen], ...along(route) });
          }}
        >
          <Field label="Name of the set" wrong={wrong}>
            {(props) => (
              <Input
                {...props}
                value={name}
                placeholder="questions-of-support"
                onChange={(event) => setName(event.target.value)}
              />
            )}
          </Field>
          <Button
            type="submit"
            look="primary"
            className="mt-6"
            busy={saving.isPending}
            disabled={name === "" || wrong !== undefined}
          >
            {`Keep ${manyWords(chosen.length, "question")}`}
          </Button>
        </form>
      )}
      {saving.error !== null && (
        <div className="mt-3">
          <ProblemNote error={saving.error} />
        </div>
      )}
    </Section>
  );
}
