import { ButtonLink } from "@/components/ui/button";
import { PageHead } from "@/components/ui/page-head";
import { Empty } from "@/components/ui/states";

export const metadata = { title: "Page not found" };

export default function NotFound() {
  return (
    <>
      <PageHead title="Page not found" />
      <Empty
        title="Nothing is at this address"
        action={
          <ButtonLink href="/" look="primary">
            Open the dashboard
          </ButtonLink>
        }
      >
        Runs, plans and namespaces keep their addresses: part of the link may be missing.
      </Empty>
    </>
  );
}
