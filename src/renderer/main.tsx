import './bridge/schema-mode.ts';
import './styles/fonts.css';
import './styles/tokens.css';
import './styles/base.css';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { followEvents } from './app/events.ts';
import { router } from './app/router.tsx';
import { applyTheme, keptTheme } from './app/theme.ts';

const client = new QueryClient({
  defaultOptions: {
    // The desk is on this machine: a failed answer will not get better by asking three times, and events refresh.
    queries: { retry: false, staleTime: 30_000, refetchOnWindowFocus: true, networkMode: 'always' },
    mutations: { retry: false, networkMode: 'always' },
  },
});

applyTheme(keptTheme());
followEvents(client);

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root');
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={client}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  </StrictMode>,
);
