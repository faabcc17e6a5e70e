import { ButtonLink } from "@/components/ui/button";
import { PageHead } from "@/components/ui/page-head";
import { Empty } from "@/components/ui/states";

export default function NotFound() {
  return (
    <>
      <PageHead title="No such page" />
      <Empty
        title="There is nothing at this address."
        action={
          <ButtonLink href="/" look="primary">
            Open the dashboard
          </ButtonLink>
        }
      >
        Runs and namespaces keep their addresses: if a link brought you here, part of it may be missing.
      </Empty>
    </>
  );
}
