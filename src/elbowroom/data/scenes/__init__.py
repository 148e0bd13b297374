"""Pictures drawn from factors: sprites in the plane, a solid in a room, points on a surface."""
