import { useState, type ReactElement } from 'react';
import { applyTheme, keptTheme, type Theme } from '../../app/theme.ts';
import { Radios } from '../../components/controls/choices.tsx';

export function AppearanceSection(): ReactElement {
  const [theme, setTheme] = useState<Theme>(keptTheme);
  return (
    <Radios<Theme>
      label="Theme"
      look="cards"
      value={theme}
      onChange={(next) => {
        applyTheme(next);
        setTheme(next);
      }}
      options={[
        { key: 'system', label: 'As the system', help: 'Follows the light or dark setting of this machine.' },
        { key: 'light', label: 'Light' },
        { key: 'dark', label: 'Dark' },
      ]}
    />
  );
}
