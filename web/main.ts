import "./styles/main.scss";
import "./styles/mark.svg?url";
