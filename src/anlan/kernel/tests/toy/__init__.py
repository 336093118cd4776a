"""A toy domain for the kernel's own tests: leaks that someone must mend."""
