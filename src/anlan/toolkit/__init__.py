"""What apps are declared with: registers, forms, papers, jobs. Imports only the kernel."""
