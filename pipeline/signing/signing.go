// Package signing signs files with SSH keys and verifies such signatures against
// a list of allowed signers, in the formats of `ssh-keygen -Y sign` and `-Y
// verify`: an auditor needs no tool of ours.
package signing

// Namespace says what an approval's signature is for: one that was made for
// another purpose, such as a commit, never counts as an approval.
const Namespace = "fleetpay-approval"
