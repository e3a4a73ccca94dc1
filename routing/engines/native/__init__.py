"""The native engine: ruin and recreate in compiled kernels. What it is asked and answers stands in `engine`."""
