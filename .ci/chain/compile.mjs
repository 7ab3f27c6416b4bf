// Writes build/NAME.json, {abi, bytecode, runtime}, for each contract that the
// tests of sources/chain put on a chain: the two test tokens beside this file,
// compiled, and the Safe contracts as published, copied.
//
//   npm ci --prefix .ci/chain --ignore-scripts && node .ci/chain/compile.mjs
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const modules = join(here, 'node_modules');
const tokens = ['Dollar', 'Impostor'];
const safe = {
  Safe: 'Safe.sol',
  SafeProxyFactory: 'proxies/SafeProxyFactory.sol',
  MultiSendCallOnly: 'libraries/MultiSendCallOnly.sol',
};

function write(name, contract) {
  mkdirSync(join(here, 'build'), { recursive: true });
  writeFileSync(join(here, 'build', `${name}.json`), JSON.stringify(contract));
}

function compile(names) {
  const solc = createRequire(import.meta.url)('solc');
  const input = {
    language: 'Solidity',
    sources: Object.fromEntries(
      names.map((name) => [`${name}.sol`, { content: readFileSync(join(here, `${name}.sol`), 'utf8') }]),
    ),
    settings: {
      // The oldest of the EVMs that USDC's chains run today understands this.
      evmVersion: 'paris',
      optimizer: { enabled: true, runs: 200 },
      outputSelection: { '*': { '*': ['abi', 'evm.bytecode.object', 'evm.deployedBytecode.object'] } },
    },
  };
  const find = (path) => ({ contents: readFileSync(join(modules, path), 'utf8') });
  const output = JSON.parse(solc.compile(JSON.stringify(input), { import: find }));
  const messages = (output.errors || []).map((message) => message.formattedMessage);
  if (messages.length > 0) {
    throw new Error(messages.join('\n')); // a warning counts
  }
  for (const name of names) {
    const { abi, evm } = output.contracts[`${name}.sol`][name];
    write(name, { abi, bytecode: `0x${evm.bytecode.object}`, runtime: `0x${evm.deployedBytecode.object}` });
  }
}

function copy(name, source) {
  const published = join(modules, '@safe-global/safe-contracts/build/artifacts/contracts', source, `${name}.json`);
  const { abi, bytecode, deployedBytecode } = JSON.parse(readFileSync(published, 'utf8'));
  write(name, { abi, bytecode, runtime: deployedBytecode });
}

compile(tokens);
for (const [name, source] of Object.entries(safe)) {
  copy(name, source);
}
