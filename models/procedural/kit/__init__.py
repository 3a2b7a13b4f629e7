"""What builders build with: fields and skins, bricks and boards, eyes and leaves."""
