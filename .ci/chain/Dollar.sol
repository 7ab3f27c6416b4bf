// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// A token for tests that behaves like USDC where payments meet it: 6 decimals,
/// a blacklist, a pause, and USDC's own words when it refuses. Everybody may
/// mint, list and pause. Its name and symbol are code rather than storage, so
/// that the runtime code works at an address where no constructor has run.
contract Dollar is ERC20 {
    bool public paused;
    mapping(address => bool) private listed;

    event Mint(address indexed minter, address indexed to, uint256 amount);
    event Blacklisted(address indexed account);
    event UnBlacklisted(address indexed account);
    event Pause();
    event Unpause();

    constructor() ERC20("", "") {}

    function name() public pure override returns (string memory) {
        return "USD Coin";
    }

    function symbol() public pure override returns (string memory) {
        return "USDC";
    }

    function decimals() public pure override returns (uint8) {
        return 6;
    }

    /// The token's own address is always listed, as USDC's is.
    function isBlacklisted(address account) public view returns (bool) {
        return listed[account] || account == address(this);
    }

    function blacklist(address account) external {
        listed[account] = true;
        emit Blacklisted(account);
    }

    function unBlacklist(address account) external {
        listed[account] = false;
        emit UnBlacklisted(account);
    }

    function pause() external {
        paused = true;
        emit Pause();
    }

    function unpause() external {
        paused = false;
        emit Unpause();
    }

    function mint(address to, uint256 amount) external returns (bool) {
        _mint(to, amount);
        emit Mint(msg.sender, to, amount);
        return true;
    }

    /// Before anything else, USDC asks whether it may move at all, and for whom.
    modifier allowed(address from, address to) {
        require(!paused, "Pausable: paused");
        require(
            !isBlacklisted(msg.sender) && !isBlacklisted(from) && !isBlacklisted(to),
            "Blacklistable: account is blacklisted"
        );
        _;
    }

    function transfer(address to, uint256 value) public override allowed(msg.sender, to) returns (bool) {
        check(msg.sender, to, value);
        return super.transfer(to, value);
    }

    function transferFrom(address from, address to, uint256 value)
        public
        override
        allowed(from, to)
        returns (bool)
    {
        require(value <= allowance(from, msg.sender), "ERC20: transfer amount exceeds allowance");
        check(from, to, value);
        return super.transferFrom(from, to, value);
    }

    function check(address from, address to, uint256 value) private view {
        require(from != address(0), "ERC20: transfer from the zero address");
        require(to != address(0), "ERC20: transfer to the zero address");
        require(value <= balanceOf(from), "ERC20: transfer amount exceeds balance");
    }
}
