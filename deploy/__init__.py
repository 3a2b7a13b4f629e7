"""What puts Lumen on Google Cloud, and what tries it before."""
