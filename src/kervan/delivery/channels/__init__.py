"""One file per channel or provider; each knows its protocol and the kernel only."""
