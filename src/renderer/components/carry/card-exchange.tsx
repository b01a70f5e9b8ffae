import { useState, type ReactElement } from 'react';
import type { Peer } from '../../../shared/contract/index.ts';
import { useAsk, useCommand } from '../../bridge/hooks.ts';
import { Button } from '../controls/button.tsx';
import { Checkbox } from '../controls/choices.tsx';
import { TextField } from '../controls/text-field.tsx';
import { Answer } from '../layout/answer.tsx';
import { FailureNote } from '../layout/failure.tsx';
import { Banner } from '../layout/facts.tsx';
import { Section } from '../layout/page.tsx';
import { copyText } from '../overlay/notices.ts';
import { download } from '../../lib/files.ts';
import { EightWords } from './eight-words.tsx';
import { Intake } from './intake.tsx';
import { QrCode } from './qr-code.tsx';
import type { WholeReading } from './reader.ts';
import styles from './carry.module.css';

const ROLE_NAMES = { desk: 'Desk', signer: 'Air-gapped signer' } as const;

interface CardExchangeProps {
  onPaired?: ((peer: Peer) => void) | undefined;
}

/** Pairing: each side reads the other's card once, and a person compares the words on both screens. */
export function CardExchange({ onPaired }: CardExchangeProps): ReactElement {
  return (
    <div className={styles.exchange}>
      <OwnCard />
      <OtherCard onPaired={onPaired} />
    </div>
  );
}

function OwnCard(): ReactElement {
  const identity = useAsk('pairing.identity', {});
  return (
    <Section title="Your card" note="The other machine reads this card. Its screen then shows these words.">
      <Answer of={identity} lines={6}>
        {({ words, card, name }) => (
          <div className={styles.side}>
            <EightWords words={words} label="Your words" />
            <QrCode text={card} label={`QR code: card of ${name}`} />
            <div className={styles.ways}>
              <Button
                icon="export"
                onPress={() => download({ fileName: `${fileStem(name)}-card.txt`, content: card })}
              >
                Save card
              </Button>
              <Button icon="copy" tone="quiet" onPress={() => void copyText(card, 'card')}>
                Copy as text
              </Button>
            </div>
          </div>
        )}
      </Answer>
    </Section>
  );
}

function OtherCard({ onPaired }: CardExchangeProps): ReactElement {
  const [card, setCard] = useState('');
  const [typed, setTyped] = useState('');
  const read = ({ kind, content }: WholeReading): void => setCard(cardOf(kind, content));
  return (
    <Section
      title="The other card"
      note="From its page Pairing (signer) or Signers (desk): a file, a picture, the camera, or its text."
    >
      <div className={styles.side}>
        {card === '' ? (
          <>
            <Intake
              invitation="Drop the card here, or a picture of its QR code."
              action="Choose card or picture"
              onWhole={read}
            />
            <TextField
              label="Card as text"
              lines="several"
              mono
              value={typed}
              onChange={setTyped}
              help="Pasted or typed as a whole."
            />
            <div>
              <Button isDisabled={typed.trim() === ''} onPress={() => setCard(typed.trim())}>
                Read card
              </Button>
            </div>
          </>
        ) : (
          <Preview
            card={card}
            onAgain={() => {
              setCard('');
              setTyped('');
            }}
            onPaired={onPaired}
          />
        )}
      </div>
    </Section>
  );
}

interface PreviewProps extends CardExchangeProps {
  card: string;
  onAgain: () => void;
}

function Preview({ card, onAgain, onPaired }: PreviewProps): ReactElement {
  const preview = useAsk('pairing.preview', { card });
  const add = useCommand('pairing.add');
  const [same, setSame] = useState(false);
  if (preview.error) {
    return (
      <>
        <FailureNote error={preview.error} />
        <div>
          <Button onPress={onAgain}>Read another card</Button>
        </div>
      </>
    );
  }
  return (
    <Answer of={preview} lines={5}>
      {({ name, role, words, known }) => (
        <>
          <p>
            <strong>{name}</strong>, {ROLE_NAMES[role].toLowerCase()}. Its own screen must show exactly these
            words:
          </p>
          <EightWords words={words} label={`Words of ${name}`} />
          {known && <Banner of="good" title="You are paired with it already." />}
          <Checkbox
            isSelected={same}
            onChange={setSame}
            help="If a single word differs, somebody has put another card in between: stop here."
          >
            The same eight words stand on both screens
          </Checkbox>
          {add.error && <FailureNote error={add.error} />}
          <div className={styles.ways}>
            <Button
              tone="primary"
              isDisabled={!same}
              isPending={add.isPending}
              onPress={() =>
                add.mutate(
                  { card, words },
                  {
                    onSuccess: (peer) => {
                      onAgain();
                      onPaired?.(peer);
                    },
                  },
                )
              }
            >
              {`Pair with ${name}`}
            </Button>
            <Button onPress={onAgain}>Read another card</Button>
          </div>
        </>
      )}
    </Answer>
  );
}

/** A card is text; one that was saved as a file comes as the bytes of that text. */
function cardOf(kind: WholeReading['kind'], content: string): string {
  return (kind === 'bundle' ? decodeText(content) : content).trim();
}

function decodeText(base64: string): string {
  return new TextDecoder().decode(Uint8Array.from(atob(base64), (character) => character.charCodeAt(0)));
}

function fileStem(name: string): string {
  return (
    name
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-+|-+$/g, '') || 'sluice'
  );
}
