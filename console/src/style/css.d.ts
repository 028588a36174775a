/** The build takes styles out of the script: an import of one has no value. */
declare module "*.css";
