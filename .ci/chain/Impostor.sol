// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// A contract that calls itself USDC and reports any transfer it is told to
/// report, without moving anything: what address poisoning looks like in a log.
contract Impostor {
    event Transfer(address indexed from, address indexed to, uint256 value);

    function name() external pure returns (string memory) {
        return "USD Coin";
    }

    function symbol() external pure returns (string memory) {
        return "USDC";
    }

    function decimals() external pure returns (uint8) {
        return 6;
    }

    function pretend(address from, address to, uint256 value) external {
        emit Transfer(from, to, value);
    }
}
