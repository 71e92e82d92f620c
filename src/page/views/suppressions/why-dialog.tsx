import { useLoaded } from "../../app/data/load.ts";
import { Dialog } from "../../parts/forms/dialog.tsx";
import { Read } from "../../parts/lists/read.tsx";
import { readOfAddress } from "./suppressions.ts";
import { Why } from "./why.tsx";

interface Props {
  readonly address: string;
  readonly onChange: () => void;
  readonly onClose: () => void;
}

/** All that is known of a suppressed address. */
export function WhyDialog({ address, onChange, onClose }: Props) {
  const read = useLoaded((signal) => readOfAddress(address, signal), [address]);
  return (
    <Dialog title={address} onClose={onClose}>
      <Read of={read}>
        {(found) => (
          <Why
            address={address}
            found={found}
            onChange={() => {
              read.reload();
              onChange();
            }}
          />
        )}
      </Read>
    </Dialog>
  );
}
