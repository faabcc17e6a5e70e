import { Button } from "./button";
import { Dialog } from "./dialog";
import { ProblemNote } from "./states";

type Props = {
  open: boolean;
  onClose(): void;
  /** The question, and what stays. */
  title: string;
  description: string;
  /** What is removed, in a word: `connection`. */
  what: string;
  removing: { isPending: boolean; error: Error | null };
  onRemove(): void;
};

/** Asks before something of Portage's own is removed, and says there why it couldn't be. */
export function RemovalDialog({ open, onClose, title, description, what, removing, onRemove }: Props) {
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => !next && onClose()}
      title={title}
      description={description}
      actions={
        <>
          <Button onClick={onClose}>{`Keep ${what}`}</Button>
          <Button look="danger" busy={removing.isPending} onClick={onRemove}>
            {`Remove ${what}`}
          </Button>
        </>
      }
    >
      {removing.error !== null && (
        <div className="mt-4">
          <ProblemNote error={removing.error} />
        </div>
      )}
    </Dialog>
  );
}
