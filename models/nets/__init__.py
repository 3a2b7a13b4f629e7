"""Neural networks: the only modules that import torch. Only the child process imports them, when a stage is loaded."""
