/**
 * Loads isolated-vm alone, which an installation may lack: for whoever loads the rest of the sandbox later, and must
 * fail now where it can't be had.
 */
import "isolated-vm";
