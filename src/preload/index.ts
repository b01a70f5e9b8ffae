import { contextBridge, ipcRenderer } from 'electron';
import { pageBridge } from './bridge.ts';

contextBridge.exposeInMainWorld('sluice', pageBridge(ipcRenderer));
