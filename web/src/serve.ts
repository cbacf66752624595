// chimera serve
