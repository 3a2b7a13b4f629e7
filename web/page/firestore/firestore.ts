// Firebase's own code, in a chunk of its own.

export { followInFirestore } from "./follow";
export { restored, signIn, signOut } from "./people";
